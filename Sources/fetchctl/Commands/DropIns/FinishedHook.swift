#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program that is started for each finished file, as aria2 does: `PROGRAM GID 1 PATH`. It is not waited for.
struct FinishedHook {
    let program: String

    func start(_ path: String) {
        var gid = ""
        for _ in 0..<16 { gid.append("0123456789abcdef".randomElement()!) }
        var words: [UnsafeMutablePointer<CChar>?] = [program, gid, "1", path].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        // No shell, but PATH, as execlp does.
        _ = posix_spawnp(&pid, program, nil, nil, &words, environ)
    }
}
