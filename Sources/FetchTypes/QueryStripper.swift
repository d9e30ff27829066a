extension String {
    /// The text without what signs a link or grants access: a query or fragment that holds such a parameter, with or without the
    /// link before it, pieces of it after a line break, user information in a link, and what follows `Bearer`.
    package var withoutSigningQueries: String {
        var stripper = QueryStripper(self, stripsAll: false)
        return stripper.stripped()
    }

    /// The same, and without every other query: for messages of a server, which may repeat the link that was asked for.
    package var withoutQueries: String {
        var stripper = QueryStripper(self, stripsAll: true)
        return stripper.stripped()
    }
}

/// Finds queries in running text, which quotes them in many forms: without a scheme or a path, HTML-escaped, percent-encoded,
/// as JSON or XML fields, broken into lines.
struct QueryStripper {
    private let text: String
    private let query: QueryText
    /// Every query goes, not only one that grants access.
    private let stripsAll: Bool
    private var out: [UInt8] = []
    private var index = 0
    /// Something was removed, and only spaces came since: what follows may be the rest of it.
    private var isAfterRemoval = false
    private var hasRemoved = false
    /// Up to here no parameter grants access: what was looked at once is not looked at from every mark in it.
    private var harmlessEnd = 0

    init(_ text: String, stripsAll: Bool) {
        self.text = text
        self.stripsAll = stripsAll
        let mayHoldQuery = text.utf8.contains { Self.signals.contains($0) } && !Self.isBareLink(text.utf8)
        query = QueryText(mayHoldQuery ? Array(text.utf8) : [])
    }

    /// Whether a text is one link or path without a query, a fragment, user information and escapes: most links that are shown are,
    /// and a list may show thousands.
    private static func isBareLink(_ text: String.UTF8View) -> Bool {
        var isAfterColon = false
        // `hf:org/name`: the name before that colon is a service's, and means no secret.
        let scheme = schemes.first { text.starts(with: $0) }
        for byte in scheme.map({ text.dropFirst($0.count) }) ?? text[...] {
            // A value behind a name and a colon does not begin with a slash.
            guard bareLinkBytes.contains(byte), !isAfterColon || byte == UInt8(ascii: "/") else { return false }
            isAfterColon = byte == UInt8(ascii: ":")
        }
        return !isAfterColon
    }

    /// What references to services begin with.
    private static let schemes = ["hf:", "civitai:", "gdrive:", "github:", "modelscope:", "ollama:", "sha256:"].map { Array($0.utf8) }
    private static let bareLinkBytes = ByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/+,()!$*;[]".utf8)

    /// Text without one of these holds no query; the `r` is that of `Bearer`.
    private static let signals = ByteSet("=?%:>&#rR".utf8)
    private var bytes: [UInt8] { query.bytes }

    mutating func stripped() -> String {
        guard !bytes.isEmpty else { return text }
        while index < bytes.count {
            let isRemoved = removeUserInformation() || removeQuery() || removeRest() || removeNamedValue()
            if !isRemoved { keep() }
        }
        return hasRemoved ? String(decoding: out, as: UTF8.self) : text
    }

    /// One byte, or a whole name: what is not its beginning cannot be one.
    private mutating func keep() {
        let start = index
        index += 1
        if QueryText.nameBytes.contains(bytes[start]) {
            while index < bytes.count, QueryText.nameBytes.contains(bytes[index]) { index += 1 }
        }
        out += bytes[start..<index]
        if bytes[start] > 0x20 { isAfterRemoval = false }
    }

    /// `user:password@` behind `://`.
    private mutating func removeUserInformation() -> Bool {
        guard bytes[index] == UInt8(ascii: "/"), out.suffix(2).elementsEqual(":/".utf8) else { return false }
        let start = index + 1
        let end = bytes[start...].firstIndex { $0 <= 0x20 || "/?#\"'<>".utf8.contains($0) } ?? bytes.count
        guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else { return false }
        out.append(bytes[index])
        index = at + 1
        hasRemoved = true
        return true
    }

    /// A query from its question mark on, or from any ampersand on.
    private mutating func removeQuery() -> Bool {
        let mark = query.length(of: QueryText.questionMarks, at: index)
        guard let start = (mark ?? query.length(of: QueryText.ampersands, at: index)).map({ index + $0 }) else { return false }
        let isKnown = index < harmlessEnd
        let end = isKnown ? harmlessEnd : query.runEnd(start)
        guard end > start else { return false }
        let names = isKnown ? [] : query.names(in: start..<end)
        // A question mark ends a sentence too, and `&` joins words.
        let isInLink = mark != nil && bytes[index] != UInt8(ascii: "#") && index > 0 && bytes[index - 1] > 0x20
        let isQuery = !names.isEmpty || isInLink
        if isQuery && stripsAll || names.contains(where: Self.grantsAccess) || isQuery && !isKnown && query.carriesLink(start..<end) {
            remove(to: end)
            return true
        }
        harmlessEnd = max(harmlessEnd, end)
        return false
    }

    /// After a removed piece: the next line of it.
    private mutating func removeRest() -> Bool {
        guard isAfterRemoval, index > 0, bytes[index - 1] <= 0x20, bytes[index] > 0x20 else { return false }
        let end = query.runEnd(index)
        guard end > index, query.isOpaque(index..<end, least: 12) || !query.names(in: index..<end).isEmpty else { return false }
        remove(to: end)
        return true
    }

    /// `Signature=…`, `"signature": "…"`, `<Signature>…<`, `Bearer …`.
    private mutating func removeNamedValue() -> Bool {
        guard QueryText.nameBytes.contains(bytes[index]), index == 0 || !QueryText.nameBytes.contains(bytes[index - 1]) else {
            return false
        }
        let end = bytes[index...].firstIndex { !QueryText.nameBytes.contains($0) } ?? bytes.count
        // Whether a value may follow is seen sooner than whether the name means a secret, and behind most words none does.
        guard query.mayHaveValue(end) else { return false }
        let name = String(decoding: bytes[index..<end], as: UTF8.self).lowercased()
        if name == "bearer" || name == "basic" { return removeValue(from: end, isSeparated: false, least: 8) }
        guard LinkParameter.signs(name) || LinkParameter.namesCredential(name) else { return false }
        if let equals = query.length(of: QueryText.equalsSigns, at: end), end + equals < bytes.count, bytes[end + equals] > 0x20 {
            let last = query.runEnd(end + equals)
            if last > end + equals {
                // A signature's name does not help a reader; `token=…` does.
                if !LinkParameter.signs(name) { out += bytes[index..<end + equals] }
                out += "…".utf8
                remove(to: last)
                return true
            }
        }
        return removeValue(from: end, isSeparated: true, least: 12)
    }

    /// A value that is apart from its name; words of a language stay.
    /// - Parameter isSeparated: by more than spaces.
    private mutating func removeValue(from end: Int, isSeparated: Bool, least: Int) -> Bool {
        let start = query.valueStart(from: end, isSeparated: isSeparated)
        guard start > end, !isSeparated || bytes[end..<start].contains(where: QueryText.separators.contains) else { return false }
        let last = bytes[start...].firstIndex { !QueryText.valueBytes.contains($0) } ?? bytes.count
        guard query.isOpaque(start..<last, least: least) else { return false }
        out += bytes[index..<start]
        out += "…".utf8
        remove(to: last)
        return true
    }

    private mutating func remove(to end: Int) {
        index = end
        isAfterRemoval = true
        hasRemoved = true
    }

    private static func grantsAccess(_ name: String) -> Bool { LinkParameter.signs(name) || LinkParameter.isCredential(name) }
}
