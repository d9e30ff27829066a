internal import FetchTypes

/// `Content-Disposition` (RFC 6266), as far as it names a file.
enum ContentDisposition {
    /// The file's name: `filename*` (RFC 8187) before `filename`; nil when there is none. Untrusted: not yet checked.
    static func fileName(_ value: String) -> String? {
        let parameters = parameters(of: value)
        if let extended = parameters.first(where: { $0.name == "filename*" }).flatMap({ extendedValue($0.value) }), !extended.isEmpty {
            return extended
        }
        guard let plain = plainName(value) else { return nil }
        // RFC 6266 forbids escapes here, but servers that send them mean them.
        return plain.contains("%") ? plain.percentDecoded ?? plain : plain
    }

    /// What `filename` says, as it is there, for those who read nothing else.
    static func plainName(_ value: String) -> String? {
        parameters(of: value).first { $0.name == "filename" && !$0.value.isEmpty }?.value
    }

    /// `UTF-8''na%C3%AFve.bin`: the character set, a language, the text.
    private static func extendedValue(_ value: String) -> String? {
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        switch parts[0].lowercased() {
        case "utf-8": return parts[2].percentDecoded
        case "iso-8859-1": return latin1(parts[2])
        default: return nil
        }
    }

    private static func latin1(_ text: Substring) -> String? {
        var scalars = String.UnicodeScalarView()
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                scalars.append(Unicode.Scalar(byte))
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            scalars.append(Unicode.Scalar(value))
            rest = rest.dropFirst(2)
        }
        return String(scalars)
    }

    private static func parameters(of value: String) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var rest = value[...]
        // The first part is the type (`attachment`); some servers leave it out.
        while !rest.isEmpty {
            rest = rest.drop { $0 == ";" || $0 == " " || $0 == "\t" }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop { $0 == " " }
            let text = rest.first == "\"" ? quoted(&rest) : token(&rest)
            result.append((name.filter { $0 != " " && $0 != "\t" }.lowercased(), text))
        }
        return result
    }

    private static func token(_ rest: inout Substring) -> String {
        var text = rest.prefix { $0 != ";" }
        rest = rest.dropFirst(text.count)
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    private static func quoted(_ rest: inout Substring) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            // A backslash quotes only what needs it: some servers send Windows paths.
            if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
                text.append(next)
                rest = rest.dropFirst()
            } else {
                text.append(character)
            }
        }
        return text
    }
}
