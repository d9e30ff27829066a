/// Something that a source tells of a model or of one of its files beyond what all sources do; `info` shows it.
package struct Fact: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        case list([String])
        case facts([Fact])
        case table([[Fact]])
        /// Something that is not known here: null for programs.
        case unknown
    }

    /// As programs read it: `library`, `commercial_use`. People see it with spaces.
    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// - Returns: nil for what is not known, so that lists of facts can be compacted.
    init?(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return nil }
        self.init(name, .text(text))
    }

    init?(_ name: String, _ list: [String]) {
        guard !list.isEmpty else { return nil }
        self.init(name, .list(list))
    }

    init?(_ name: String, _ flag: Bool?) {
        guard let flag else { return nil }
        self.init(name, .flag(flag))
    }
}
