/// The `Link` header (RFC 8288): `<URL>; rel="next", <URL>; rel="last"`.
enum LinkHeader {
    /// - Parameters:
    ///   - relation: in lower case.
    ///   - values: the header's values, each of which may hold several links.
    /// - Returns: the first link of that relation, as it is written there.
    static func target(of relation: String, in values: [String]) -> String? {
        for value in values {
            var rest = Substring(value)
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
                let target = rest[rest.index(after: open)..<close]
                rest = rest[rest.index(after: close)...]
                if relations(&rest).contains(relation) { return String(target) }
            }
        }
        return nil
    }

    /// Reads a link's parameters up to the comma behind them: a comma or semicolon in quotes divides nothing.
    private static func relations(_ rest: inout Substring) -> [String] {
        var found: [String] = []
        while let mark = rest.first(where: { !$0.isWhitespace }), mark == ";" {
            rest = rest[rest.firstIndex(of: ";")!...].dropFirst()
            let name = rest.prefix { !"=;,".contains($0) }
            rest = rest[name.endIndex...]
            guard rest.first == "=" else { continue }
            let value = value(&rest)
            guard name.filter({ !$0.isWhitespace }).lowercased() == "rel" else { continue }
            // Some write several relations in one, or quote as no standard has it.
            found += value.lowercased().split { $0.isWhitespace || $0 == "'" }.map(String.init)
        }
        return found
    }

    /// - Parameter rest: begins with the equals sign; ends behind the value.
    private static func value(_ rest: inout Substring) -> String {
        rest = rest.dropFirst().drop(while: \.isWhitespace)
        guard rest.first == "\"" else {
            let value = rest.prefix { !";,".contains($0) }
            rest = rest[value.endIndex...]
            return String(value)
        }
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
        }
        return value
    }
}
