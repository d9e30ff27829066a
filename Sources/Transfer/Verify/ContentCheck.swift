package import FetchTypes
import Storage

/// What a file's first bytes must not be, by the name it is to have.
///
/// Services answer with pages instead of files: a login page under a model's name is the most common
/// damage in this field.
package enum ContentCheck {
    /// Bytes of the beginning that are looked at.
    package static let window = 4096

    private static let models: Set<String> = ["safetensors", "gguf", "ckpt", "pt", "pth", "bin", "onnx", "pkl", "h5", "msgpack", "sft"]
    private static let archives: Set<String> = ["zip", "tar", "gz", "tgz", "7z", "rar", "bz2", "xz", "zst", "whl"]

    /// - Parameters:
    ///   - head: the first ``window`` bytes, or the whole file if it is shorter.
    ///   - size: the file's size in bytes.
    ///   - name: its final name.
    /// - Returns: what is wrong, as the end of a sentence that begins "it is" or "it has"; nil when nothing is.
    package static func complaint(head: [UInt8], size: Int64, name: String) -> String? {
        let ending = Path.pathExtension(name)
        if isHTML(head), ending != "html", ending != "htm" { return "it is an HTML page, not \(article(ending))" }
        if models.contains(ending) || archives.contains(ending) {
            if starts(head, "version https://git-lfs.github.com/spec/") { return "it is a Git LFS pointer, not the file it points to" }
            if isJSON(head) { return "it is a JSON answer, not \(article(ending))" }
        }
        switch ending {
        case "safetensors", "sft": return safetensorsComplaint(head, size)
        case "gguf": return size >= 24 && starts(head, "GGUF") ? nil : "it has no GGUF header"
        default: return nil
        }
    }

    /// Whether a file of that name is never a page, whatever the link looks like.
    package static func isModel(_ name: String) -> Bool {
        let ending = Path.pathExtension(name)
        return models.contains(ending) || archives.contains(ending) || ["safetensors", "gguf"].contains(ending)
    }

    private static func article(_ ending: String) -> String { ending.isEmpty ? "the file" : "a .\(ending) file" }

    private static func starts(_ head: [UInt8], _ text: String) -> Bool { head.starts(with: text.utf8) }

    static func isHTML(_ head: [UInt8]) -> Bool {
        var bytes = head[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        bytes = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let text = String(decoding: bytes.prefix(256), as: UTF8.self).lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<head") { return true }
        // A comment or an XML declaration may come before the page.
        return (text.hasPrefix("<!--") || text.hasPrefix("<?xml")) && text.contains("<html")
    }

    private static func isJSON(_ head: [UInt8]) -> Bool {
        let bytes = head.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return false }
        // A model may begin with any byte; JSON goes on as text.
        return bytes.prefix(64).allSatisfy { $0 >= 0x20 && $0 != 0x7f || (0x09...0x0D).contains($0) }
    }

    /// Eight bytes of length (little-endian), then that many of a JSON object.
    private static func safetensorsComplaint(_ head: [UInt8], _ size: Int64) -> String? {
        guard head.count >= 9, size >= 10 else { return "it has no safetensors header" }
        let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length >= 2, length <= 100 << 20, length <= UInt64(size - 8), head[8] == UInt8(ascii: "{") else {
            return "it has no safetensors header"
        }
        // An object of names: what follows the brace, and, as far as it is in the window, what ends it (spaces may follow).
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let header = head[8...].prefix(Int(length))
        guard let next = header.dropFirst().first(where: { !isSpace($0) }) else { return nil }
        let isOpen = next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
        let isClosed = header.count < Int(length) || header.last { !isSpace($0) } == UInt8(ascii: "}")
        return isOpen && isClosed ? nil : "it has a broken safetensors header"
    }

    /// The verdict as an error.
    package static func failure(_ complaint: String, host: String?) -> Failure {
        Failure(
            .notAModel, "what \(host ?? "the source") sent is not the model: \(complaint).",
            why: "services answer so when they want a login, have run out of quota, or no longer have the file.",
            hint: "open the link in a browser to see what it says; a token may be missing.")
    }
}
