import DropIns
import Storage

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

    func start(_ path: String, _ download: DropInDownload) {
        let path = Self.shown(path, download)
        var gid = ""
        for _ in 0..<16 { gid.append("0123456789abcdef".randomElement()!) }
        var words: [UnsafeMutablePointer<CChar>?] = [program, gid, "1", path].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        // No shell, but PATH, as execlp does.
        _ = posix_spawnp(&pid, program, nil, nil, &words, environ)
    }

    /// With the directory as the line has it; absolute where it has none.
    private static func shown(_ path: String, _ download: DropInDownload) -> String {
        let folder: String? =
            switch download.name {
            case .fixed(let name): name.hasPrefix("./") ? nil : Path.parent(name)
            case .byRule: download.directory
            }
        return folder.map { Path.join($0, Path.name(path)) } ?? path
    }
}
