/// Something that the converter saw, and where; its texts are for showing and hold no secret.
package struct Finding: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// A line that is replaced; ``Finding/note`` says why not by `fetchctl add`, where it is not.
        case converted
        /// A line of a tool that is left: ``Finding/note`` says why.
        case left
        /// Something worth knowing about a line that is left or replaced.
        case remark
    }

    package var kind: Kind
    /// From 1, over all cells.
    package var cell: Int
    /// From 1, within the cell.
    package var line: Int
    /// What stood there.
    package var text: String
    /// What is there now; nil where nothing was changed.
    package var replacement: String?
    package var note: String?

    mutating func hideSecrets() {
        text = SecretMask.masked(text)
        replacement = replacement.map(SecretMask.masked)
        note = note.map(SecretMask.masked)
    }
}
