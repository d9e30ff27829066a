/// What tells the files of a CivitAI version apart; the raw values are the download link's query names.
enum CivitaiTrait: String, CaseIterable, Sendable {
    case type, format, size, fp
    case quant = "quantType"

    func value(_ file: CivitaiFile) -> String? {
        switch self {
        case .type: file.type
        case .format: file.format
        case .size: file.size
        case .fp: file.fp
        case .quant: file.quant
        }
    }

    /// What the user asked for by an option.
    func option(_ selection: FileSelection) -> String? {
        switch self {
        case .type: nil
        case .format: selection.format
        case .size: selection.size
        case .fp: selection.fp
        case .quant: selection.quant
        }
    }

    func matches(_ file: CivitaiFile, _ wanted: String) -> Bool {
        if let value = value(file) { return Self.plain(value) == Self.plain(wanted) }
        // The API leaves the quantisation out of its answers, but uploaders put it in the name.
        return self == .quant && Self.mentions(file.name.lowercased(), wanted.lowercased())
    }

    /// `SafeTensor`, `safetensors` and `safe-tensor` are the same thing.
    private static func plain(_ text: String) -> String {
        let letters = text.lowercased().filter { $0.isLetter || $0.isNumber }
        switch letters {
        case "safetensors": return "safetensor"
        case "pickle", "ckpt": return "pickletensor"
        default: return letters
        }
    }

    private static func mentions(_ name: String, _ word: String) -> Bool {
        guard !word.isEmpty else { return false }
        return name.ranges(of: word).contains { range in
            let before = range.lowerBound == name.startIndex ? nil : name[name.index(before: range.lowerBound)]
            let after = range.upperBound == name.endIndex ? nil : name[range.upperBound]
            return before.map { !$0.isLetter && !$0.isNumber } ?? true
                && after.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
        }
    }
}
