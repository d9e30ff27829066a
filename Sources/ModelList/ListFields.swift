internal import FetchTypes
internal import TOMLText

/// Takes the values out of one table of a list or a lock, and says what is wrong with them: file, line and key.
package struct ListFields {
    let file: String
    let table: TOMLTable
    /// What the table is called in messages: `[settings]`, `[[model]]`.
    let title: String
    /// What to do about a wrong value, where no example of a right one is given: for a file that people do not write.
    let remedy: String?
    private(set) var warnings: [String] = []

    init(_ table: TOMLTable, title: String, file: String, remedy: String? = nil) {
        self.remedy = remedy
        self.table = table
        self.title = title
        self.file = file
    }

    func line(_ key: String) -> Int { table.entries.first { $0.key == key }?.place.line ?? table.place.line }

    func refusal(_ key: String, _ why: String, hint: String? = nil) -> Failure {
        Self.refusal(
            file, line: line(key), what: "the value of \(key) is wrong", why: why,
            hint: hint ?? remedy ?? "for example: \(Self.example(key))")
    }

    /// A line of a list with a valid value.
    package static func example(_ key: String) -> String {
        let value =
            switch key {
            case "ref": "\"civitai:128078\""
            case "any-of": "[\"hf:org/name\", \"https://example.com/name.gguf\"]"
            case "directory", "dir": "\"models\""
            case "out": "\"model.safetensors\""
            case "include", "exclude": "[\"*.safetensors\"]"
            case "file": "\"model.safetensors\""
            case "format": "\"SafeTensor\""
            case "fp": "\"fp16\""
            case "size": "\"pruned\""
            case "quant": "\"Q4_K_M\""
            case "type": "\"lora\""
            case "sidecar": "[\"preview\"]"
            case "layout": "\"plain\""
            case "mirror": "[\"https://example.com/model.safetensors\"]"
            case "sha256": "\"\(String(repeating: "0123456789abcdef", count: 4))\""
            case "optional": "true"
            default: "\"name\""
            }
        return "\(key) = \(value)"
    }

    static func refusal(_ file: String, line: Int, what: String, why: String, hint: String) -> Failure {
        Failure(.config, "\(file), line \(line): \(what).", why: why + ".", hint: hint)
    }

    /// Notes every key that is not known.
    mutating func ignoreOthers(than known: Set<String>) {
        let others = table.entries.filter { !known.contains($0.key) }
        for entry in others.prefix(Self.toldNames) {
            warnings.append("\(file), line \(entry.place.line): the key \"\(entry.key.prefix(80))\" of \(title) is not known and ignored.")
        }
        let more = others.count - Self.toldNames
        if more > 0 { warnings.append("\(file): \(more) more keys of \(title) are not known and ignored.") }
    }

    /// Names that are told one by one; of the others only how many they are.
    private static let toldNames = 5

    /// - Throws: ``Failure`` when it is there and no text, or an empty one.
    func text(_ key: String) throws(Failure) -> ListedText? {
        guard let value = table[key] else { return nil }
        guard let text = value.string else { throw refusal(key, "it must be text in quotes") }
        return ListedText(try checked(text, key), line: line(key))
    }

    /// A text, or a whole number in its place.
    func word(_ key: String) throws(Failure) -> String? {
        if let number = table[key]?.integer, number >= 0 { return String(number) }
        return try text(key)?.text
    }

    /// A list of texts, or one text in its place.
    func texts(_ key: String) throws(Failure) -> [ListedText] {
        guard let value = table[key] else { return [] }
        if let one = value.string { return [ListedText(try checked(one, key), line: line(key))] }
        guard let values = value.array else { throw refusal(key, "it must be a list of texts: [\"…\", \"…\"]") }
        var texts: [ListedText] = []
        for value in values {
            guard let text = value.string else { throw refusal(key, "it must be a list of texts: [\"…\", \"…\"]") }
            texts.append(ListedText(try checked(text, key), line: value.place.line))
        }
        return texts
    }

    func flag(_ key: String) throws(Failure) -> Bool? {
        guard let value = table[key] else { return nil }
        guard let flag = value.boolean else { throw refusal(key, "it is true or false") }
        return flag
    }

    /// A number of bytes.
    func byteCount(_ key: String) throws(Failure) -> ByteCount? {
        guard let value = table[key] else { return nil }
        // `value.integer` here ends Swift 6.3.1's optimiser where coverage is counted (scripts/fuzz).
        guard case .integer(let number) = value.content, let count = ByteCount(number) else {
            throw refusal(key, "it must be a whole number of bytes from 0 to 2^50")
        }
        return count
    }

    /// Hexadecimal digits, in lower case.
    func digits(_ key: String, count: Int) throws(Failure) -> String? {
        guard let text = try text(key)?.text else { return nil }
        guard text.utf8.count == count, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw refusal(key, "it must be \(count) hexadecimal digits")
        }
        return text.lowercased()
    }

    func path(_ key: String, isOutsideAllowed: Bool) throws(Failure) -> ListPath? {
        guard let written = try text(key) else { return nil }
        do throws(ListPath.Refusal) { return try ListPath(written.text, isOutsideAllowed: isOutsideAllowed) } catch {
            let hint =
                error.leavesFolder
                ? "use a path below the list's folder, or permit it with --outside if you trust the list." : nil
            throw refusal(key, "\"\(written.text)\": \(error.reason)", hint: hint)
        }
    }

    private func checked(_ text: String, _ key: String) throws(Failure) -> String {
        guard !text.isEmpty else { throw refusal(key, "it is empty") }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }) else {
            throw refusal(key, "it has a control character")
        }
        return text
    }
}
