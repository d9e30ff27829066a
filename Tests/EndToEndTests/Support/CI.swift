import Foundation

/// Whether skipped tests are failures: a test that lacks what it needs fails there.
enum CI {
    /// `CI`, which GitHub sets to `true`, and `.ci/run` too.
    static let isHere = isSet(ProcessInfo.processInfo.environment["CI"])

    static func isSet(_ value: String?) -> Bool { !["", "0", "false"].contains((value ?? "").lowercased()) }
}
