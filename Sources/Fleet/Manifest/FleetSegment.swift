/// The unit that one node fetches from the origin for all: a range of one file, or a bundle of whole small files.
package struct FleetSegment: Sendable, Equatable, Hashable {
    package enum Content: Sendable, Equatable, Hashable {
        /// Begins at a multiple of the piece length, and ends at one or at the end of the file.
        case range(file: Int, bytes: Range<Int64>)
        /// Consecutive files of the manifest.
        case bundle(files: Range<Int>)
    }

    /// The index in the manifest's list.
    package let index: Int
    package let content: Content
    /// The total size in bytes.
    package let size: Int64
    /// The number of its SHA-1s: one a piece, or one a file of a bundle.
    package let pieces: Int

    package init(index: Int, content: Content, size: Int64, pieces: Int) {
        self.index = index
        self.content = content
        self.size = size
        self.pieces = pieces
    }

    /// The files whose bytes it contains.
    package var files: Range<Int> {
        switch content {
        case .range(let file, _): file..<file + 1
        case .bundle(let files): files
        }
    }

    package var isBundle: Bool { if case .bundle = content { true } else { false } }
}
