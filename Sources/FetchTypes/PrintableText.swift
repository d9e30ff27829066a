/// Text that may be written to a terminal: this program's own literals, and everything else cleaned.
///
/// A literal is taken as it is, with its line ends and escape sequences: it is a `StaticString`, so that nothing from
/// outside can pass for one. Whatever is interpolated becomes one line without control characters. So no text from a server, a
/// file or a command line can steer a terminal, whichever code prints it.
package struct PrintableText: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// What is written.
    package private(set) var text: String

    package init(stringLiteral value: StaticString) { text = value.description }

    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Cleaned, one line.
    package init(_ foreign: some CustomStringConvertible) { text = Self.line(foreign) }

    /// Several lines, for text in which secrets are masked already: control characters but line ends are cleaned, tabs become
    /// spaces.
    package init(lines: some StringProtocol) {
        text = lines.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { String($0).replacing("\t", with: "    ").withoutControlCharacters }.joined(separator: "\n")
    }

    private static func line(_ foreign: some CustomStringConvertible) -> String {
        foreign.description.withoutSigningQueries.withoutControlCharacters
    }

    package var description: String { text }
    package var isEmpty: Bool { text.isEmpty }

    /// Its lines; one where there is no line end.
    package var lines: [PrintableText] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var part: PrintableText = ""
            part.text = String(line)
            return part
        }
    }

    /// What follows a beginning; nil when it begins otherwise.
    package func without(prefix: PrintableText) -> PrintableText? {
        guard text.hasPrefix(prefix.text) else { return nil }
        var rest = self
        rest.text.removeFirst(prefix.text.count)
        return rest
    }

    /// Columns of padding.
    package static func spaces(_ count: Int) -> PrintableText {
        var spaces: PrintableText = ""
        spaces.text = String(repeating: " ", count: max(0, count))
        return spaces
    }

    package static func + (left: PrintableText, right: PrintableText) -> PrintableText {
        var sum = left
        sum.text += right.text
        return sum
    }

    package static func += (left: inout PrintableText, right: PrintableText) { left.text += right.text }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity + 32 * interpolationCount) }

        package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
        package mutating func appendInterpolation(_ printable: PrintableText) { text += printable.text }
        package mutating func appendInterpolation(_ foreign: some CustomStringConvertible) { text += PrintableText.line(foreign) }
        /// A number needs no cleaning.
        package mutating func appendInterpolation(_ number: some FixedWidthInteger) { text += number.description }
        /// ``ByteSize/text(_:)`` of a number of bytes.
        package mutating func appendInterpolation(size bytes: Int64) { text += ByteSize.text(bytes) }
        /// A date, a time or a duration: digits and what separates them. A text with anything else is cleaned.
        package mutating func appendInterpolation(digits: String) {
            text += digits.utf8.allSatisfy(Self.isDigitOrSeparator) ? digits : PrintableText.line(digits)
        }
        private static func isDigitOrSeparator(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || " .:-".utf8.contains(byte)
        }
        /// Lines of source code, in which secrets are masked already and `verify=False` is no query: one line of it.
        package mutating func appendInterpolation(code: String) { text += code.withoutControlCharacters }
    }
}

extension Sequence<PrintableText> {
    /// One after the other.
    package func joined(separator: PrintableText = "") -> PrintableText {
        var isFirst = true
        return reduce(into: "") { sum, next in
            if !isFirst { sum += separator }
            isFirst = false
            sum += next
        }
    }
}

extension Failure {
    /// ``description``, to be written to a terminal.
    package var printable: PrintableText {
        var lines: PrintableText = "error: \(message)"
        if let why { lines += "\n  why: \(why)" }
        if let hint { lines += "\n  do:  \(hint)" }
        return lines
    }
}
