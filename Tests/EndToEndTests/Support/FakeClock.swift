import Foundation
import Testing

/// A clock of a test's own for the programs that it starts, by libfaketime, which reads from a file how far the clock is off.
struct FakeClock {
    /// What programs need in their environment.
    let environment: [String: String]
    private let file: String

    private static let library: String? = {
        let root = "/usr/lib"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return folders.map { "\(root)/\($0)/faketime/libfaketimeMT.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// libfaketime alone would stop Dispatch's timers.
    private static let timers: String? = {
        let path = URL(fileURLWithPath: Fetchctl.binary).deletingLastPathComponent().appendingPathComponent("libSteadyTimers.so").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// - Parameters:
    ///   - zone: as in TZ.
    ///   - time: RFC 3339, in UTC.
    init(_ box: Sandbox, zone: String, at time: String) throws {
        guard let library = Self.library, FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/\(zone)") else {
            try #require(!CI.isHere, "faketime or tzdata is not installed")
            try Test.cancel("faketime or tzdata is not installed")
        }
        file = box.temporary + "/clock"
        environment = [
            "LD_PRELOAD": "\(try #require(Self.timers)):\(library)", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": zone,
        ]
        try set(time)
    }

    /// The clock shows that from now on, and goes on from there.
    func set(_ time: String) throws {
        let target = try #require(ISO8601DateFormatter().date(from: time), "\(time)")
        let offset = Int(target.timeIntervalSinceNow.rounded())
        try Data("\(offset < 0 ? "" : "+")\(offset)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
