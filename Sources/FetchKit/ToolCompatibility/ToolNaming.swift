import FetchTypes
import ModelSources
import Storage
import Transfer

/// The name under which a replaced tool would have kept a file.
struct ToolNaming {
    let compatibility: ToolCompatibilityRules
    let file: SourceFile
    /// Whether another file of the batch has that path.
    let isTaken: (String) -> Bool

    /// Whether the name is the server's own.
    var isServed: Bool { file.served.map { $0.given != nil } ?? true }

    /// What the file is called before it is looked whether the name is free.
    /// - Returns: nil when there is none.
    var name: String? {
        let published = Path.name(file.path)
        guard let naming = compatibility.name else { return published.isEmpty ? nil : published }
        return naming(file.served ?? ServedName(path: published, given: published, url: nil))
    }

    /// The name, or the next one with a number where the rule says so.
    func free(_ name: String, in directory: String, isServed: Bool) -> String {
        guard let numbering = numbering(Path.join(directory, name), isServed: isServed) else { return name }
        for number in 1...9999 {
            let next = Self.numbered(name, number, numbering)
            let path = Path.join(directory, next)
            if Disk.status(path) == nil, !isTaken(path) { return next }
        }
        return name
    }

    private func numbering(_ path: String, isServed: Bool) -> ExistingFilePolicy.Numbering? {
        let there = Disk.followedStatus(path)
        switch compatibility.existing(isServed: isServed) {
        // A folder of the name is in wget's way.
        case .number(.last) where there.map { $0.kind != .file } == true: return isTaken(path) ? .last : nil
        case .number(let numbering): return there != nil && !compatibility.isBegun(path) || isTaken(path) ? numbering : nil
        case .carryOn(.number(let numbering)):
            if isTaken(path) { return numbering }
            guard let there, there.kind == .file, let size = file.size, there.size > size, !compatibility.isBegun(path) else { return nil }
            return numbering
        default: return nil
        }
    }

    static func numbered(_ name: String, _ number: Int, _ numbering: ExistingFilePolicy.Numbering) -> String {
        let file = Path.name(name)
        guard numbering == .beforeExtension, let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")), dot != file.startIndex else {
            return "\(name).\(number)"
        }
        let ending = file.utf8.distance(from: dot, to: file.endIndex)
        return String(decoding: name.utf8.dropLast(ending), as: UTF8.self) + ".\(number)"
            + String(decoding: file.utf8.suffix(ending), as: UTF8.self)
    }
}
