import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program that is started in a session of its own, with nothing of ours but what is named here.
package struct ChildProcess: Sendable {
    /// The path of the program.
    package var program: String
    /// The first one is the program's name.
    package var arguments: [String]
    /// All that it gets.
    package var environment: [String: String]
    /// Where it starts; nil: here.
    package var folder: String?
    /// Its umask; nil: ours.
    package var mask: UInt32?
    /// Where its standard output and error go; nil: nowhere.
    package var output: Int32?
    package var error: Int32?

    package init(program: String, arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts it.
    /// - Returns: its number, which is its session's too.
    /// - Throws: ``IOFault`` when it cannot be started.
    package func start() throws(IOFault) -> Int32 {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { (word: String) in strdup(word) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { (name: String, value: String) in strdup(name + "=" + value) }
        variables.append(nil)
        defer { for text in words + variables { free(text) } }
        var pid: Int32 = 0
        let code = fetchctl_spawn(
            &pid, program, &words, &variables, folder, mask.map { Int32($0) } ?? -1, output ?? -1, error ?? -1)
        guard code == 0 else { throw IOFault(code: code, "starting", program) }
        return pid
    }
}
