/// A word of a shell line: its parts, and where it is.
struct ShellWord: Sendable, Equatable {
    enum Quote: Sendable { case none, single, double }

    enum Part: Sendable, Equatable {
        case text(String, Quote)
        /// What the shell or the notebook puts something in place of: `$x`, `$(…)`, `{x}`, `~`, as written.
        case variable(String, Quote)
    }

    var parts: [Part] = []
    /// Offsets in bytes.
    var range: Range<Int>
    /// As written.
    var source: String
    /// It may become several words, or none: `$@`, `{a,b}`.
    var mayBeSeveral = false

    /// The word itself; nil when it is not known before the line runs.
    var literal: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece, _) = part else { return nil }
            text += piece
        }
        return text
    }

    /// Whether all of it is one thing that is put in, unquoted: it may turn out to be several words.
    var isBareVariable: String? {
        if parts.count == 1, case .variable(let source, .none) = parts[0] { source } else { nil }
    }

    /// The word with stand-ins for what is put in.
    func text(_ variables: inout Variables) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece, _): text += piece
            // How it was quoted goes with it.
            case .variable(let source, let quote): text += variables.add(Self.marked(source, quote))
            }
        }
        return text
    }

    private static func marked(_ source: String, _ quote: Quote) -> String {
        switch quote {
        case .none: source
        case .single: "'" + source + "'"
        case .double: "\"" + source + "\""
        }
    }
}
