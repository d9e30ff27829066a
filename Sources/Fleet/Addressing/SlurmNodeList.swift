import FetchTypes

/// A list of hosts as Slurm writes it: `login1,gpu[01-04,07],rack[1-2]n[1-3]`.
enum SlurmNodeList {
    /// The maximum number of hosts in a list.
    static let most = 4096

    /// - Returns: the hosts in order; nil where the text is not such a list, is empty, or names more than ``most``.
    static func hosts(_ text: String) -> [String]? {
        guard let terms = split(text) else { return nil }
        var hosts: [String] = []
        for term in terms {
            guard let expanded = expand(term), hosts.count + expanded.count <= most else { return nil }
            hosts += expanded
        }
        return hosts.isEmpty ? nil : hosts
    }

    /// Splits at commas outside brackets.
    private static func split(_ text: String) -> [Substring]? {
        var terms: [Substring] = []
        var start = text.startIndex
        var isInside = false
        for index in text.indices {
            switch text[index] {
            case "[" where isInside, "]" where !isInside: return nil
            case "[": isInside = true
            case "]": isInside = false
            case "," where !isInside:
                terms.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return isInside ? nil : terms + [text[start...]]
    }

    /// Expands one term: plain letters and any number of bracketed sets.
    private static func expand(_ term: Substring) -> [String]? {
        var names = [""]
        var rest = term
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest[open...].firstIndex(of: "]"), let numbers = set(rest[rest.index(after: open)..<close]),
                isName(rest[..<open]), names.count * numbers.count <= most
            else { return nil }
            let letters = rest[..<open]
            names = names.flatMap { name in numbers.map { "\(name)\(letters)\($0)" } }
            rest = rest[rest.index(after: close)...]
        }
        guard isName(rest) else { return nil }
        names = names.map { $0 + rest }
        return names.allSatisfy(FleetRoster.isHost) ? names : nil
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// Expands `01-04,07`; numbers keep their leading zeros.
    private static func set(_ text: Substring) -> [String]? {
        var numbers: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, ends[0].count <= 10, let first = Int(digits: ends[0]), let last = Int(digits: ends[ends.count - 1]),
                first <= last,
                last - first < most - numbers.count
            else { return nil }
            numbers += (first...last).map { number in
                let digits = String(number)
                return String(repeating: "0", count: max(0, ends[0].count - digits.count)) + digits
            }
        }
        return numbers
    }
}
