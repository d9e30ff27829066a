import DropIns

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The tool that a line was written for, as it is found elsewhere on PATH: never this program, through whatever links.
struct RealTool {
    private let tool: DropInTool
    private let path: String?
    /// What was become on the way here: each of them led back.
    private let tried: [String]

    /// Says in the environment of what we become which paths have been tried, with colons between them: a script under the
    /// tool's name, or another copy of this program, may do nothing but call us for the same again. `*` stands for all:
    /// the engine asks for aria2c itself or nothing.
    private static let mark = "FETCHCTL_HANDED_OVER"

    init(_ tool: DropInTool, _ environment: [String: String]) {
        self.tool = tool
        tried = (environment[Self.mark] ?? "").split(separator: ":").map(String.init)
        path = tried.contains("*") ? nil : Self.find(tool.rawValue, environment["PATH"] ?? "", tried)
    }

    var isThere: Bool { path != nil }

    private static func find(_ name: String, _ searched: String, _ tried: [String]) -> String? {
        // One directory may have several names on PATH.
        let past = (["/proc/self/exe"] + tried.filter { $0.hasSuffix("/\(name)") }).compactMap(status)
        for folder in searched.split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            guard let info = status(path), info.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else { continue }
            if !past.contains(where: { $0.st_dev == info.st_dev && $0.st_ino == info.st_ino }) { return path }
        }
        return nil
    }

    private static func status(_ path: String) -> stat? {
        var info = stat()
        return stat(path, &info) == 0 ? info : nil
    }

    /// Becomes it, with the line as it was typed. Comes back only when there is none.
    func become(_ arguments: [String]) {
        guard let path else { return }
        OutputPort.flush()
        setenv(Self.mark, (tried + [path]).joined(separator: ":"), 1)
        // What this program has set for itself is not for others.
        signal(SIGPIPE, SIG_DFL)
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        var words: [UnsafeMutablePointer<CChar>?] = ([tool.rawValue] + arguments).map { strdup($0) } + [nil]
        execv(path, &words)
        for word in words { free(word) }
    }
}
