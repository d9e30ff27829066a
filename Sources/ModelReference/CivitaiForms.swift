import FetchTypes

/// `civitai:` and `sha256:` references.
enum CivitaiForms {
    /// `VERSION[+FILE]`, `MODEL@VERSION[+FILE]`, `MODEL@latest`, `models/MODEL`.
    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> CivitaiReference {
        if tail.lowercased().hasPrefix("models/"), let model = tail.dropFirst(7).serviceID { return CivitaiReference(.model(model)) }
        if let found = try CivitaiTail(tail), found.format == nil, found.layer == nil {
            switch found.version {
            case .none: return CivitaiReference(.version(found.id), fileID: found.fileID)
            case .latest: return CivitaiReference(.model(found.id), fileID: found.fileID)
            case .id(let version): return CivitaiReference(.modelVersion(model: found.id, version: version), fileID: found.fileID)
            }
        }
        let problem = tail.isEmpty ? "nothing follows it" : "\(tail.quoted) is no id (a whole number from 1 up)"
        throw typed.refused(
            "\"civitai:\" was understood, but \(problem).",
            hint: nearest(tail).map { "did you mean civitai:\($0)?" }
                ?? "write civitai:VERSION-ID, civitai:MODEL-ID@VERSION-ID or civitai:models/MODEL-ID, or paste the model page's link.")
    }

    /// `sha256:` and 64 hexadecimal digits.
    static func parse(hash: Substring, _ typed: TypedText) throws(Failure) -> CivitaiReference {
        guard let digest = PublishedDigest(.sha256, hex: String(hash)) else {
            throw typed.refused(hashProblem(hash), hint: "write sha256: and the 64 digits that the model's page or sha256sum shows.")
        }
        return CivitaiReference(.hash(digest.hex))
    }

    static func hashProblem(_ hash: some StringProtocol) -> String {
        hash.utf8.allSatisfy(\.isHexDigit)
            ? "a SHA-256 has 64 hexadecimal digits, and here are \(hash.utf8.count)."
            : "a SHA-256 has 64 hexadecimal digits, and here are other characters."
    }

    /// The form that a slip was near to: the numbers in it, when nothing but well-known words is around them.
    private static func nearest(_ tail: Substring) -> String? {
        let text = tail.lowercased().prefix { !"?&#".contains($0) }
        let words = text.split { !$0.isLetter && $0 != "." }
        guard words.allSatisfy({ ["model", "models", "version", "versions", "v", "id", "latest"].contains($0) }) else { return nil }
        let numbers = text.split { !($0.isASCII && $0.isNumber) }
        guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0.serviceID != nil }) else { return nil }
        // What follows a plus is a file's number.
        if numbers.count == 2, text.contains("+"), !text.contains("@") {
            return words.first?.hasPrefix("model") == true ? "\(numbers[0])@latest+\(numbers[1])" : nil
        }
        if numbers.count == 2 { return numbers.joined(separator: "@") }
        return (words.contains { $0.hasPrefix("model") } && !words.contains { $0.hasPrefix("version") } ? "models/" : "") + numbers[0]
    }
}

/// The tail of an AIR at CivitAI: `ID[@VERSION][:LAYER][+FILE][.FORMAT]`.
struct CivitaiTail {
    enum Version {
        case none, latest
        case id(Int)
    }

    var id: Int
    var version = Version.none
    var layer: Substring?
    var fileID: Int?
    var format: Substring?

    /// - Returns: nil when the text has another shape.
    init?(_ text: Substring) throws(Failure) {
        var rest = text
        func take() -> Substring {
            let taken = rest.prefix { !"@:+.".contains($0) }
            rest = rest[taken.endIndex...]
            return taken
        }
        func takes(_ mark: Character) -> Bool {
            guard rest.first == mark else { return false }
            rest.removeFirst()
            return true
        }
        guard let id = take().serviceID else { return nil }
        self.id = id
        if takes("@") {
            let name = take()
            if name.lowercased() == "latest" { version = .latest } else if let id = name.serviceID { version = .id(id) } else { return nil }
        }
        if takes(":") {
            layer = take()
            if layer?.isMade(of: "-_") != true { return nil }
        }
        if takes("+") {
            fileID = take().serviceID
            if fileID == nil { return nil }
        }
        if takes(".") {
            format = take()
            if format?.isMade(of: "-_") != true { return nil }
        }
        guard rest.isEmpty else { return nil }
    }
}
