import DropIns

/// Where secrets are in a line that was written for another tool: its own options for headers, passwords, tokens.
struct CommandLineSecrets {
    let tool: DropInTool
    /// What the word before asks for.
    private var expected = Kind.none

    private enum Kind { case none, header, secret }

    init(tool: DropInTool) { self.tool = tool }

    private static let secretNames: Set<String> = [
        "--password", "--http-password", "--ftp-password", "--proxy-password", "--http-passwd", "--ftp-passwd", "--all-proxy-passwd",
        "--http-proxy-passwd", "--https-proxy-passwd", "--rpc-secret", "--rpc-passwd", "--oauth2-bearer", "--user", "--proxy-user",
        "--pass",
        "--cookie", "--token",
    ]
    /// wget's `--user` is a name alone; the beginning of `--token` is enough for Python's parser.
    private var secretNames: Set<String> {
        switch tool {
        case .wget: Self.secretNames.subtracting(["--user", "--proxy-user"])
        case .hf, .hubCLI: Self.secretNames.union(["--t", "--to", "--tok", "--toke"])
        default: Self.secretNames
        }
    }

    /// The line's next word.
    /// - Returns: UTF-8 offsets.
    mutating func take(_ word: String) -> [Range<Int>] {
        let asked = expected
        expected = .none
        let bytes = Array(word.utf8)
        switch asked {
        case .secret: return [0..<bytes.count]
        case .header: return Self.headerValue(bytes, from: 0)
        case .none: break
        }
        if word.hasPrefix("--") {
            let name = String(word.prefix { $0 != "=" })
            let isHeader = name.hasPrefix("--header") || name == "--proxy-header"
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else {
                expected = isHeader ? .header : secretNames.contains(name) ? .secret : .none
                return []
            }
            if isHeader { return Self.headerValue(bytes, from: equals + 1) }
            return secretNames.contains(name) ? [equals + 1..<bytes.count] : []
        }
        guard tool == .curl, word.hasPrefix("-"), let mark = word.dropFirst().firstIndex(where: { "HuUb".contains($0) }) else { return [] }
        // Letters before it that want a value would make the rest theirs; to wipe too much does no harm.
        let start = word.utf8.distance(from: word.startIndex, to: mark) + 1
        let isHeader = word[mark] == "H"
        guard start < bytes.count else {
            expected = isHeader ? .header : .secret
            return []
        }
        return isHeader ? Self.headerValue(bytes, from: start) : word.count > 3 ? [start..<bytes.count] : []
    }

    /// What follows the colon of a header that is a secret.
    private static func headerValue(_ bytes: [UInt8], from start: Int) -> [Range<Int>] {
        guard let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")), colon + 1 < bytes.count else { return [] }
        let name = String(decoding: bytes[start..<colon], as: UTF8.self).lowercased()
        return ["authorization", "cookie", "token", "key", "secret"].contains { name.contains($0) } ? [colon + 1..<bytes.count] : []
    }
}
