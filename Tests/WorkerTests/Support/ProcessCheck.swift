import Foundation

/// Whether a process is gone, or is only still to be reaped.
enum ProcessCheck {
    static func isGone(_ pid: Int32) -> Bool {
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end {
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let mark = text.lastIndex(of: ")") else {
                return true
            }
            if text[mark...].hasPrefix(") Z") || text[mark...].hasPrefix(") X") { return true }
        }
        return false
    }
}
