import Storage

/// The text of a claim: a line each for the host, its boot with the PID namespace, the process, and a random number.
struct ClaimText: Sendable, Equatable {
    var host: String
    var boot: String
    /// In which the process has its number; empty where that is not known.
    var namespace: String
    var pid: Int32
    private var token: String

    /// What is behind it is not read. Bytes.
    static let limit = 4096

    static func own() -> ClaimText {
        ClaimText(
            host: ThisProcess.host, boot: ThisProcess.boot, namespace: ThisProcess.namespace, pid: ThisProcess.pid,
            token: String(UInt64.random(in: .min ... .max)))
    }

    private init(host: String, boot: String, namespace: String, pid: Int32, token: String) {
        (self.host, self.boot, self.namespace, self.pid, self.token) = (host, boot, namespace, pid, token)
    }

    /// - Returns: nil for what is no claim, as one that is being written.
    init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 5, lines[4].isEmpty, let pid = Int32(lines[2]) else { return nil }
        let boot = lines[1].split(separator: " ", maxSplits: 1).map(String.init)
        self.init(host: lines[0], boot: boot.first ?? "", namespace: boot.count > 1 ? boot[1] : "", pid: pid, token: lines[3])
    }

    var bytes: [UInt8] {
        Array([host, namespace.isEmpty ? boot : boot + " " + namespace, String(pid), token, ""].joined(separator: "\n").utf8)
    }

    /// What is at a claim's path.
    enum Found: Sendable, Equatable {
        case missing, unreadable
        /// - Parameter modified: when its owner last showed that it lives, in nanoseconds since 1970 by the file system's clock.
        case there([UInt8], modified: Int64)
    }

    static func look(_ path: String) -> Found {
        do throws(IOFault) {
            // Opening makes network file systems ask the server for what has changed.
            let file = try OpenFile(path, .readAtOnce)
            // Reading a pipe or a device could wait without end.
            guard try file.status().kind == .file else { return .unreadable }
            var bytes = [UInt8](repeating: 0, count: limit)
            var fault: IOFault?
            let count = bytes.withUnsafeMutableBytes { buffer in
                do throws(IOFault) { return try file.read(into: buffer, at: 0) } catch {
                    fault = error
                    return 0
                }
            }
            if let fault { throw fault }
            return .there(Array(bytes[..<count]), modified: try file.status().modified)
        } catch {
            return error.hasVanished ? .missing : .unreadable
        }
    }
}
