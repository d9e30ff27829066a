/// A place in a TOML document.
package struct TOMLPlace: Sendable, Hashable {
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a text is not a TOML document.
package struct TOMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let place: TOMLPlace
    /// A clause without a full stop that quotes nothing of the document: `the key is there already, on line 3`.
    package let reason: String

    package var description: String { "line \(place.line), column \(place.column): \(reason)" }
}
