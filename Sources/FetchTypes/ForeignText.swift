/// Text of foreign origin: a server's, another program's, a file's.
///
/// It prints itself cleaned, whatever prints it: every description is one line without anything that steers a terminal
/// (``String/withoutControlCharacters``) and without what signs a link (``String/withoutSigningQueries``). The text itself is
/// ``raw``, for making paths and for comparisons.
package struct ForeignText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text as it came. It must not be printed.
    package let raw: String

    package init(_ raw: String) { self.raw = raw }

    package var description: String { raw.withoutSigningQueries.withoutControlCharacters }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["text": description], displayStyle: .struct) }
}
