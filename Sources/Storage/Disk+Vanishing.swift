/// What several machines do in one folder at the same time.
extension Disk {
    /// Times between which 100 ms pass.
    private static let tries = 50

    /// Makes folders and files in them, again where another process or machine has removed a folder as empty meanwhile, or a network file
    /// system still shows one that is gone.
    /// - Throws: what `body` throws.
    package static func whileVanishing<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 1..<tries {
            do { return try await body() } catch let fault as IOFault where fault.hasVanished {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        return try await body()
    }
}
