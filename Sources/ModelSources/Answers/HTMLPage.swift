internal import FetchTypes

/// As much of HTML as it takes to find a form, a link or a title in a page that a service shows to people.
struct HTMLPage {
    struct Tag {
        /// Lower-case; of a closing tag with the slash before it.
        var name: String
        /// By lower-case name, entities resolved. The first of two of one name counts.
        var attributes: [String: String]
        /// The text between this tag and the next, entities resolved.
        var text: String
    }

    let tags: [Tag]

    init(_ text: String) {
        var tags: [Tag] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[open...].dropFirst()
            if rest.hasPrefix("!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
                continue
            }
            guard let first = rest.first, first.isLetter || first == "/" || first == "!" else { continue }
            var tag = Self.tag(&rest)
            // What a script or style holds is no markup.
            let end = ["script", "style"].contains(tag.name) ? rest.firstRange(of: "</\(tag.name)")?.lowerBound : rest.firstIndex(of: "<")
            tag.text = Self.resolved(rest[..<(end ?? rest.endIndex)])
            rest = rest[(end ?? rest.endIndex)...]
            tags.append(tag)
        }
        self.tags = tags
    }

    /// The text of the first tag that is as wanted, up to where it is closed, white space made single; nil when there is none.
    func text(where isWanted: (Tag) -> Bool) -> String? {
        guard let start = tags.firstIndex(where: isWanted) else { return nil }
        return text(from: start)
    }

    /// The same for the tag of that index.
    func text(from start: Int) -> String {
        let name = tags[start].name
        var depth = 0
        var words: [Substring] = []
        for tag in tags[start...] {
            if tag.name == name { depth += 1 }
            if tag.name == "/" + name { depth -= 1 }
            if depth <= 0 { break }
            words += tag.text.split(whereSeparator: \.isWhitespace)
        }
        return words.joined(separator: " ")
    }

    var title: String? { text { $0.name == "title" } }

    /// The first text of that class.
    func text(ofClass name: String) -> String? {
        text { $0.attributes["class"]?.split(separator: " ").contains(Substring(name)) == true }
    }

    private static func tag(_ rest: inout Substring) -> Tag {
        let name = take(&rest) { !$0.isWhitespace && $0 != ">" && $0 != "/" }
        var tag = Tag(name: name, attributes: [:], text: "")
        if name.isEmpty, rest.first == "/" {
            rest = rest.dropFirst()
            tag.name = "/" + take(&rest) { !$0.isWhitespace && $0 != ">" }.lowercased()
        } else {
            tag.name = name.lowercased()
        }
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "/" }
            guard let next = rest.first, next != ">" else {
                rest = rest.dropFirst()
                return tag
            }
            let attribute = take(&rest) { !$0.isWhitespace && $0 != ">" && $0 != "=" }.lowercased()
            rest = rest.drop(while: \.isWhitespace)
            var value = ""
            if rest.first == "=" {
                rest = rest.dropFirst().drop(while: \.isWhitespace)
                if let quote = rest.first, quote == "\"" || quote == "'" {
                    rest = rest.dropFirst()
                    value = take(&rest) { $0 != quote }
                    rest = rest.dropFirst()
                } else {
                    value = take(&rest) { !$0.isWhitespace && $0 != ">" }
                }
            } else if attribute.isEmpty {
                rest = rest.dropFirst()
            }
            if tag.attributes[attribute] == nil { tag.attributes[attribute] = resolved(value[...]) }
        }
    }

    private static func take(_ rest: inout Substring, while isPart: (Character) -> Bool) -> String {
        let part = rest.prefix(while: isPart)
        rest = rest.dropFirst(part.count)
        return String(part)
    }

    private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " "]

    /// Character references replaced; what is none stays as it is.
    static func resolved(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var out = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            out += rest[..<mark]
            rest = rest[mark...].dropFirst()
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "#" }.prefix(10)
            guard rest.dropFirst(name.count).first == ";", let character = character(name) else {
                out += "&"
                continue
            }
            out += character
            rest = rest.dropFirst(name.count + 1)
        }
        return out + rest
    }

    private static func character(_ name: Substring) -> String? {
        guard name.first == "#" else { return entities[String(name)] }
        let isHex = name.dropFirst().first.map { $0 == "x" || $0 == "X" } ?? false
        let code = isHex ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}
