import Events
import FetchTypes
import JSONText
import ModelSources

/// What `fetchctl explain` is asked about.
enum ExplainSubject {
    case all
    case code(ExitCode)
    case kind(FailureKind)

    /// - Throws: ``Failure`` with exit code 64, naming what is near.
    init(_ word: String) throws(Failure) {
        if let number = Int(digits: word), let code = Int32(exactly: number).flatMap(ExitCode.init(rawValue:)) {
            self = .code(code)
        } else if let kind = FailureKind(rawValue: word.lowercased().replacing("-", with: "_")) {
            self = .kind(kind)
        } else {
            let names = FailureKind.allCases.map(\.rawValue).sorted()
            let near = SpellingSuggestions.of(word.lowercased(), in: names, limit: 3)
            throw Failure(
                .usage, "\(word) is neither an exit code nor a kind of failure.",
                why: near.isEmpty
                    ? "codes are \(ExitCode.allCases.map { String($0.rawValue) }.joined(separator: ", "))."
                    : "the nearest are: \(near.joined(separator: ", ")).",
                hint: "see all of them with: fetchctl explain")
        }
    }

    var text: PrintableText {
        switch self {
        case .all: ExitCode.allCases.map { Self.code($0).text }.joined(separator: "\n")
        case .code(let code): Self.text(code)
        case .kind(let kind): Self.text(ErrorCatalogue.entry(kind))
        }
    }

    private static func text(_ code: ExitCode) -> PrintableText {
        let entries = ErrorCatalogue.entries(code).map { text($0) }
        return "\(code.rawValue): \(ErrorCatalogue.meaning(code))\n" + entries.joined()
    }

    private static func text(_ entry: ErrorEntry) -> PrintableText {
        """
        \(entry.kind.rawValue) (\(entry.codes.map { String($0.rawValue) }.joined(separator: ", ")))
          when: \(entry.when)
          says: \(entry.sentence)
          do:   \(entry.action)

        """
    }

    var objects: [JSONTree] {
        switch self {
        case .all: ExitCode.allCases.flatMap { Self.code($0).objects }
        case .code(let code):
            [.object([("code", .integer(Int64(code.rawValue))), ("meaning", .string(ErrorCatalogue.meaning(code)))])]
                + ErrorCatalogue.entries(code).map { Self.object($0) }
        case .kind(let kind): [Self.object(ErrorCatalogue.entry(kind))]
        }
    }

    private static func object(_ entry: ErrorEntry) -> JSONTree {
        .object([
            ("kind", .string(entry.kind.rawValue)), ("codes", .array(entry.codes.map { .integer(Int64($0.rawValue)) })),
            ("when", .string(entry.when)), ("sentence", .string(entry.sentence)), ("do", .string(entry.action)),
        ])
    }
}
