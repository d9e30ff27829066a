/// A value of a TOML document, and where it begins.
package struct TOMLValue: Sendable {
    package enum Content: Sendable {
        case string(String)
        case integer(Int64)
        /// Finite, infinite or not a number.
        case float(Double)
        case boolean(Bool)
        /// A date, a time of day, or both, as it is written; its form and its ranges have been checked.
        case dateTime(String)
        case array([TOMLValue])
        case table(TOMLTable)
    }

    package let content: Content
    /// For a table the place of its header, its brace, or the first key that names it.
    package let place: TOMLPlace

    package init(_ content: Content, at place: TOMLPlace) {
        self.content = content
        self.place = place
    }

    package var string: String? {
        if case .string(let text) = content { text } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let number) = content { number } else { nil }
    }

    /// A float, or an integer as one.
    package var number: Double? {
        switch content {
        case .float(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    package var boolean: Bool? {
        if case .boolean(let flag) = content { flag } else { nil }
    }

    package var array: [TOMLValue]? {
        if case .array(let values) = content { values } else { nil }
    }

    package var table: TOMLTable? {
        if case .table(let table) = content { table } else { nil }
    }
}
