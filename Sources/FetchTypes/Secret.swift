/// A token, password or header value that must not be seen.
///
/// It cannot print itself: every description says `<secret>`, and it is neither `Codable` nor
/// `Hashable`. The one way out is ``reveal()``, which is called where bytes leave for the origin
/// that the secret belongs to, and nowhere else.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// - Parameter value: used as it is; ``init(trimming:)`` is for text from files and the environment.
    package init(_ value: String) {
        self.value = value
    }

    /// A secret as people store it: spaces, CR and LF around it are dropped.
    ///
    /// - Returns: nil when nothing is left, or when a control character inside would break a header line.
    package init?(trimming text: String) {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.value <= 0x20 { scalars.removeFirst() }
        while let last = scalars.last, last.value <= 0x20 { scalars.removeLast() }
        guard !scalars.isEmpty, scalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else { return nil }
        value = String(scalars)
    }

    /// The text itself, for the one request that needs it.
    package func reveal() -> String { value }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
