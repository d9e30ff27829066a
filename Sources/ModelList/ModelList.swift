/// A model list (`models.toml`): which models a folder is to hold, as it is written; references are not parsed yet.
package struct ModelList: Sendable, Equatable {
    package struct Settings: Sendable, Equatable {
        /// Where files go: relative to the list's folder.
        package var directory = ListPath.here
        /// The layout of models that name none; not checked here.
        package var layout: ListedText?

        package init() {}
    }

    package var settings = Settings()
    /// In the order of the list.
    package var models: [ListedModel] = []
    /// What is not known and ignored: sentences.
    package var warnings: [String] = []

    package init() {}
}

/// A text of the list, and where it is.
package struct ListedText: Sendable, Equatable {
    package var text: String
    /// From 1.
    package var line: Int

    package init(_ text: String, line: Int) {
        self.text = text
        self.line = line
    }
}

/// One `[[model]]` of a list.
package struct ListedModel: Sendable, Equatable {
    /// The line of its header, from 1.
    package var line: Int
    /// At least one: `ref`, or `any-of` in the order in which they are tried.
    package var references: [ListedText] = []
    package var name: ListedText?
    /// Relative to ``ModelList/Settings/directory``.
    package var directory: ListPath?
    package var out: ListPath?
    package var include: [ListedText] = []
    package var exclude: [ListedText] = []
    package var file: String?
    package var format: String?
    package var fp: String?
    package var size: String?
    package var quant: String?
    package var type: ListedText?
    package var sidecar: [ListedText] = []
    /// 64 lower-case hexadecimal digits.
    package var sha256: String?
    package var mirror: [ListedText] = []
    package var layout: ListedText?
    package var isOptional = false

    package init(line: Int) { self.line = line }

    /// A short text that changes when anything is changed that decides which files come and where they go. The name, mirrors and
    /// sidecars do not count, and neither do the references: the lock names the one that was taken.
    package func fingerprint(_ settings: ModelList.Settings) -> String {
        let values: [(String, [String])] = [
            ("directory", [settings.directory.text]), ("layout", [layout?.text ?? settings.layout?.text ?? "plain"]),
            ("dir", [directory?.text ?? "\u{0}"]), ("out", [out?.text ?? "\u{0}"]),
            ("include", include.map(\.text)), ("exclude", exclude.map(\.text)), ("file", [file ?? "\u{0}"]),
            ("format", [format ?? "\u{0}"]), ("fp", [fp ?? "\u{0}"]), ("size", [size ?? "\u{0}"]), ("quant", [quant ?? "\u{0}"]),
            ("type", [type?.text ?? "\u{0}"]), ("sha256", [sha256 ?? "\u{0}"]),
        ]
        return Fingerprint.text(values.map { "\($0)\u{1}\($1.joined(separator: "\u{2}"))" }.joined(separator: "\u{3}"))
    }
}

/// FNV-1a with 64 bits: tells that something has changed, and proves nothing.
enum Fingerprint {
    static func text(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
