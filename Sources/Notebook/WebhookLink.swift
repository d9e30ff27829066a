/// A link whose path is the secret: who has it may write in its owner's name.
struct WebhookLink {
    /// The parts of the path that are secret, in their order.
    let secrets: [Substring]

    /// Hosts, the part of a path behind which the secret is, and how many parts there are before it that are none.
    private static let rules: [(host: String, marks: Set<String>, skipped: Int)] = [
        ("hooks.slack.com", ["services", "workflows", "triggers"], 2), ("discord.com", ["webhooks"], 1),
        ("discordapp.com", ["webhooks"], 1),
        ("webhook.office.com", ["webhook", "webhookb2"], 0), ("outlook.office.com", ["webhook", "webhookb2"], 0),
        ("outlook.office365.com", ["webhook", "webhookb2"], 0), ("hooks.zapier.com", ["catch"], 1), ("maker.ifttt.com", ["key"], 0),
        ("open.feishu.cn", ["hook"], 0), ("open.larksuite.com", ["hook"], 0),
    ]

    /// - Parameters:
    ///   - text: begins with a host.
    ///   - isLink: whether `https://` precedes it. Without it only hosts that are known are looked at.
    /// - Returns: nil where no part is secret.
    init?(_ text: Substring, isLink: Bool) {
        let authority = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }
        let tail = text[authority.endIndex...]
        guard !authority.isEmpty, tail.first == "/" else { return nil }
        let host = authority.prefix { $0 != ":" }.lowercased()
        let path = tail.prefix { !$0.isWhitespace && !"\"'`<>\\?#|;,)&".contains($0) }
        let parts = path.split(separator: "/")
        let found: [Substring]
        if host == "api.telegram.org" {
            found = parts.filter { $0.lowercased().hasPrefix("bot") && $0.dropFirst(3).first?.isNumber == true }
        } else if let rule = Self.rules.first(where: { host == $0.host || host.hasSuffix("." + $0.host) }) {
            let rest = parts.drop { !rule.marks.contains($0.lowercased()) }
            found = Array(rest.dropFirst(1 + rule.skipped))
        } else if isLink, host.contains("hook") || path.lowercased().contains("hook") {
            found = parts.filter(Self.isRandom)
        } else {
            return nil
        }
        guard !found.isEmpty else { return nil }
        secrets = found
    }

    /// Letters and digits that alternate as in no name. Hashes of commits and files, and UUIDs, are public.
    private static func isRandom(_ part: Substring) -> Bool {
        guard !part.contains("."), ![40, 64].contains(part.utf8.count) || !part.allSatisfy(\.isHexDigit) else { return false }
        return part.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.contains { run in
            let kinds = run.map { $0.isNumber ? 0 : $0.isUppercase ? 1 : 2 }
            let pairs = zip(kinds, kinds.dropFirst())
            let digitEdges = pairs.count { ($0 == 0) != ($1 == 0) }
            return kinds.count >= 16 && (digitEdges >= 5 || pairs.count { $0 != $1 } * 2 > kinds.count)
        }
    }
}
