package import Aria2
import Foundation
import Glibc
package import Testing

/// The aria2c of this machine.
package enum Aria2OnPath {
    /// Looked for without running it, so that it can be in a table of arguments.
    package static let path: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/aria2c" }.first { access($0, X_OK) == 0 }
    }()

    package static func executable() async throws -> Aria2Executable {
        try await Aria2Executable.find(environment: ProcessInfo.processInfo.environment.filter { $0.key == "PATH" })
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no aria2c is installed.
    package static var requiresAria2c: Self { .enabled("aria2c is not on PATH") { Aria2OnPath.path != nil } }
}

/// A process's start in clock ticks from boot: field 22 of `/proc/PID/stat`.
package func startTime(of pid: Int32) -> UInt64? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
        return nil
    }
    let fields = stat[end...].split(separator: " ")
    return fields.count > 20 ? UInt64(fields[20]) : nil
}

/// The files that a process has open.
package func openFiles(of pid: Int32) -> Set<String> {
    let folder = "/proc/\(pid)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") })
}

/// A port of 127.0.0.1 on which no process listens.
package func freePort() -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = bind(descriptor, $0, length)
            _ = getsockname(descriptor, $0, &length)
        }
    }
    return UInt16(bigEndian: address.sin_port)
}
