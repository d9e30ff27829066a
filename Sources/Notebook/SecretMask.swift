/// Hides passwords and tokens that are in a notebook's lines, wherever those lines are shown.
package struct SecretMask {
    private var out = ""
    private var rest: Substring
    /// The end of a name that was looked at and has no password behind it.
    private var nameEnd: String.Index

    private init(_ text: String) {
        rest = text[...]
        nameEnd = text.startIndex
    }

    /// The text with `…` in the place of passwords and tokens; names of variables stay.
    package static func masked(_ text: String) -> String {
        var mask = SecretMask(text)
        while !mask.rest.isEmpty { mask.step() }
        return mask.out
    }

    private mutating func step() {
        if takeUserInfo() || takeScheme() { return }
        let isStart = out.last.map { !Self.isNamePart($0) } ?? true
        if isStart, takeToken() || takeWebhook() || takeUser() || takeNamed() { return }
        take(1)
    }

    private mutating func take(_ count: Int) {
        out += rest.prefix(count)
        rest = rest.dropFirst(count)
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }

    /// Puts `…` in the place of a value, unless it is put in when the line runs.
    private mutating func hide(_ value: Substring) {
        let isOpen = value.first.map { "{$<%".contains($0) } ?? true
        out += isOpen || ["none", "true", "false"].contains(value.lowercased()) ? String(value) : "…"
        rest = rest[value.endIndex...]
    }

    // MARK: forms

    /// `https://user:password@host`
    private mutating func takeUserInfo() -> Bool {
        guard rest.hasPrefix("://") else { return false }
        let authority = rest.dropFirst(3).prefix { !"/?# \t\n\"'<>\\".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return false }
        take(3)
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        // One part may be a token, two are a name and a password.
        for (index, part) in parts.enumerated() {
            if index > 0 { take(1) }
            hide(part)
        }
        return true
    }

    /// `Bearer …`
    private mutating func takeScheme() -> Bool {
        guard let head = ["Bearer ", "bearer ", "Basic ", "basic "].first(where: { rest.hasPrefix($0) }) else { return false }
        take(head.count)
        hide(rest.prefix { $0.isLetter || $0.isNumber || "-_.~+/=".contains($0) })
        return true
    }

    /// `hf_…`
    private mutating func takeToken() -> Bool {
        guard let length = SecretNames.tokenLength(rest) else { return false }
        hide(rest.prefix(length))
        return true
    }

    /// `https://hooks.slack.com/services/T…/B…/…`
    private mutating func takeWebhook() -> Bool {
        guard let link = WebhookLink(rest, isLink: out.suffix(8).lowercased() == "https://") else { return false }
        for secret in link.secrets {
            out += rest[..<secret.startIndex]
            hide(secret)
        }
        return true
    }

    /// `-u user:password`, as a line has it or a list of Python's.
    private mutating func takeUser() -> Bool {
        guard let option = ["--proxy-user", "--user", "-u", "-U"].first(where: { rest.hasPrefix($0) }) else { return false }
        let gap = rest.dropFirst(option.count).prefix { " =\"',".contains($0) }
        guard gap.endIndex >= nameEnd else { return false }
        let name = rest[gap.endIndex...].prefix { Self.isNamePart($0) || ".@%+".contains($0) }
        let behind = rest[name.endIndex...]
        guard behind.first == ":", !behind.hasPrefix("://") else {
            // No other option in this name is followed by a password either.
            nameEnd = name.endIndex
            return false
        }
        guard !name.isEmpty, !gap.isEmpty || option.count == 2 else { return false }
        take(option.count + gap.count + name.count + 1)
        hide(behind.dropFirst().prefix { !" \t\n\"'\\,".contains($0) })
        return true
    }

    /// `token="…"`, `--token …`, `X-Api-Key: …`, `?token=…`, `HF_TOKEN=…`, `"Authorization": "…"`.
    private mutating func takeNamed() -> Bool {
        let dashes = rest.prefix { $0 == "-" }
        let name = rest[dashes.endIndex...].prefix(while: Self.isNamePart)
        let isQuery = out.last == "?" || out.last == "&"
        guard SecretNames.isSecret(name, inQuery: isQuery) else {
            if !name.isEmpty { take(dashes.count + name.count) }
            return !name.isEmpty
        }
        take(dashes.count + name.count)
        let gap = rest.prefix { " \t=:\"',]\\".contains($0) }
        let marks = gap.filter { !" \t\\".contains($0) }
        // A name alone, or one that is itself the value of something.
        guard !gap.isEmpty, gap.contains(where: { "=:".contains($0) }) || !dashes.isEmpty, !gap.contains("==") else { return true }
        let isQuoted = marks.last == "\"" || marks.last == "'"
        let value = rest[gap.endIndex...].prefix { isQuoted ? !"\"'\\\n".contains($0) : !" \t\n\"'&;,)\\".contains($0) }
        let isHeader = gap.contains(":") && !isQuoted && (name.contains("-") || ["authorization", "cookie"].contains(name.lowercased()))
        let isLoud = name.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
        let isSetting = gap == "=" && isLoud && !value.contains { "([.".contains($0) }
        guard isQuoted || isHeader || isSetting || isQuery || !dashes.isEmpty else { return true }
        take(gap.count)
        if takeScheme() { return true }
        // The other parts of a cookie, and what follows a header's first word, are secrets as well.
        hide(isHeader && value.first.map { !"{$".contains($0) } == true ? rest.prefix { !"\"'\\\n".contains($0) } : value)
        return true
    }
}
