/// A Python expression as an argument: what is known of it, and how it is written.
struct PythonValue: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case text(String)
        /// An expression, as written; with whether an f-string makes text of it, as `!r` or `:>5` behind it say.
        case expression(String, isFormatted: Bool)
    }

    var pieces: [Piece]
    /// As written.
    var source: String

    var literal: String? {
        var text = ""
        for piece in pieces {
            guard case .text(let part) = piece else { return nil }
            text += part
        }
        return text
    }

    /// Its own text, with something in the place of expressions.
    var plain: String {
        pieces.map { piece in
            switch piece {
            case .text(let part): part
            case .expression: "_"
            }
        }.joined()
    }

    /// - Parameter tokens: of one expression.
    /// - Returns: strings with their parts; everything else is one expression. Nil when a string cannot be read.
    init?(_ tokens: ArraySlice<PythonToken>, in bytes: [UInt8]) {
        guard let first = tokens.first, let last = tokens.last else { return nil }
        source = String(decoding: bytes[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
        pieces = []
        guard tokens.allSatisfy({ $0.kind == .string }) else {
            pieces = [.expression(source, isFormatted: false)]
            return
        }
        for token in tokens {
            guard let string = PythonString(bytes[token.range]), let found = string.pieces else { return nil }
            pieces += found
        }
        if pieces.isEmpty { pieces = [.text("")] }
    }

    /// The value with stand-ins.
    func text(_ variables: inout Variables) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .expression(let source, let isFormatted): text += variables.add(isFormatted ? "\u{1}" + source : source)
            }
        }
        return text
    }
}
