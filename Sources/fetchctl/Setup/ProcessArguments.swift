import CPlatform

/// The arguments in the process's own memory, which `ps` shows.
struct ProcessArguments {
    /// The program's name included.
    let count: Int
    private let values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init() {
        var count: Int32 = 0
        if let values = fetchctl_arguments(&count) {
            (self.count, self.values) = (Int(count), values)
        } else {
            (self.count, values) = (Int(CommandLine.argc), CommandLine.unsafeArgv)
        }
    }

    /// - Returns: nil behind the last one.
    subscript(index: Int) -> UnsafeMutablePointer<CChar>? { index < count ? values[index] : nil }

    func text(_ index: Int) -> String? { self[index].map { String(cString: $0) } }

    /// Those from one on, as `execv` takes them.
    func list(from index: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> { values + min(index, count) }
}
