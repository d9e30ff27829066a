internal import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the kernel says about processes and sockets under `/proc`.
enum ProcFS {
    /// A file's bytes; nil when it cannot be read.
    static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
    }

    /// Where a symbolic link leads.
    static func link(_ path: String) -> String? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = target.withUnsafeMutableBytes { buffer in
            readlink(path, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        return count < 0 ? nil : String(decoding: target.prefix(count), as: UTF8.self)
    }

    /// The names in a directory, without `.` and `..`.
    static func entries(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// One process as `/proc/PID/stat` shows it.
struct ProcessStat: Equatable {
    /// The executable's name, cut at 15 bytes by the kernel.
    let command: String
    /// `R`, `S`, `T` (stopped), `Z` (zombie), ….
    let state: Character
    /// Clock ticks from boot to the start of the process: with the process identifier it names one process of one boot.
    let startTime: UInt64

    /// - Returns: nil when there is no such process.
    init?(process: Int32) {
        guard let bytes = ProcFS.contents("/proc/\(process)/stat") else { return nil }
        self.init(parsing: String(decoding: bytes, as: UTF8.self))
    }

    /// The name is in parentheses and may hold spaces and parentheses itself, so the last one ends it; the state
    /// is field 3 and the start time field 22 (proc(5)).
    init?(parsing text: String) {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count >= 20, let state = fields[0].first, let startTime = UInt64(digits: fields[19]) else { return nil }
        command = String(text[text.index(after: open)..<close])
        self.state = state
        self.startTime = startTime
    }

    /// A zombie has ended and only waits for its parent.
    var isAlive: Bool { state != "Z" && state != "X" }
}
