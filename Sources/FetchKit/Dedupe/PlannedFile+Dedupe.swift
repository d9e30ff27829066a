import Events
import Storage
import Transfer

extension PlannedFile {
    /// Says once how bytes of this machine were taken, where `--dedupe` found them.
    func tellTaken(by method: CopyMethod, _ emit: EventSink) {
        guard dedupe != .off, let cached else { return }
        let words =
            switch method {
            case .reflink: "cloned (the two share their blocks until one is written to)"
            case .hardlink: "hard-linked (whoever writes to one name changes the other)"
            case .symlink: "linked"
            case .copy: "copied (no blocks can be shared between the two)"
            }
        emit(.warning(tag, kind: "note", message: "\(name) is on this machine already: \(cached) was \(words)."))
    }
}
