/// What the path of a GGUF file in a repo says of it, by the names that llama.cpp's tools and their users give.
struct GGUFName: Equatable {
    enum Role: Equatable {
        case model
        /// The part that sees pictures: `mmproj-…`.
        case projector
        /// What only helps to make or to speed up others: importance matrices, draft models.
        case accessory
    }

    /// The folder's path; empty at the top.
    let folder: String
    /// The whole quantisation part as written: `Q4_K_M`, `UD-Q4_K_XL`. Nil where the names have none.
    let quantisation: String?
    /// The name without its quantisation, its part number and its ending: the same for all quantisations of one model.
    let stem: String
    /// From 1, of a file that is split.
    let part: Int?
    /// Of how many.
    let parts: Int?
    let role: Role

    /// - Returns: nil for what is no GGUF file.
    init?(path: String) {
        guard path.lowercased().hasSuffix(".gguf") else { return nil }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        folder = slash.map { String(path[..<$0]) } ?? ""
        var name = String((slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]).dropLast(5))
        if let match = name.wholeMatch(of: /(.+)-([0-9]{5})-of-([0-9]{5})/) {
            part = Int(match.2)
            parts = Int(match.3)
            name = String(match.1)
        } else {
            part = nil
            parts = nil
        }
        let own = Self.label(in: name)
        quantisation = own?.text ?? Self.label(in: folder.split(separator: "/").last.map(String.init) ?? "")?.text
        stem = own?.rest ?? name
        let lower = name.lowercased()
        if lower.contains("mmproj") {
            role = .projector
        } else if ["mtp-", "eagle3-", "dflash-", "dspark-"].contains(where: { lower.hasPrefix($0) })
            || (own == nil && lower.contains("imatrix"))
        {
            role = .accessory
        } else {
            role = .model
        }
    }

    /// Bits a weight as the quantisation's name has them: 4 for `Q4_K_M`, 16 for `BF16`; 0 where it says none.
    var bits: Int {
        let digits = (quantisation ?? "").drop { !$0.isNumber }.prefix { $0.isNumber }
        return Int(digits) ?? 0
    }

    // MARK: the quantisation in a name

    private struct Word {
        var text: Substring
        /// What precedes it; nil at the name's beginning.
        var separator: Character?
    }

    /// The last quantisation in a name, as the Hub reads them.
    static func label(in name: String) -> (text: String, rest: String)? {
        let words = Self.words(name)
        for start in words.indices.reversed() {
            guard let end = end(of: words, from: start) else { continue }
            let first = start > 0 && words[start - 1].text.lowercased() == "ud" && words[start].separator == "-" ? start - 1 : start
            return cut(name, words: words, first: first, end: end)
        }
        return nil
    }

    private static func cut(_ name: String, words: [Word], first: Int, end: Int) -> (text: String, rest: String) {
        let from = words[first].text.startIndex
        let to = words[end].text.endIndex
        var before = name[..<from]
        if let last = before.last, "-._".contains(last) { before = before.dropLast() }
        return (String(name[from..<to]), String(before) + String(name[to...]))
    }

    /// The last word of a quantisation that begins at this one; nil where none does.
    private static func end(of words: [Word], from start: Int) -> Int? {
        let base = words[start].text.lowercased()
        if plain.contains(base) {
            let next = start + 1
            return next < words.count && words[next].separator == "_" && words[next].text.lowercased() == "moe" ? next : start
        }
        guard base.wholeMatch(of: /(i|t)?q[0-9]{1,2}/) != nil else { return nil }
        var end = start
        while end + 1 < words.count, words[end + 1].separator == "_", suffixes.contains(words[end + 1].text.lowercased()) { end += 1 }
        return end
    }

    private static let plain: Set<String> = ["bf16", "f16", "f32", "f64", "fp16", "fp32", "mxfp4", "nvfp4", "fp8"]
    private static let suffixes: Set<String> = [
        "0", "1", "2", "4", "8", "k", "s", "m", "l", "xl", "xxl", "xs", "xxs", "nl", "ks", "kss", "kt", "kl", "kv", "r4", "r8", "r16",
    ]

    private static func words(_ name: String) -> [Word] {
        var words: [Word] = []
        var start = name.startIndex
        var separator: Character?
        for index in name.indices where "-._".contains(name[index]) {
            words.append(Word(text: name[start..<index], separator: separator))
            separator = name[index]
            start = name.index(after: index)
        }
        words.append(Word(text: name[start...], separator: separator))
        return words
    }
}
