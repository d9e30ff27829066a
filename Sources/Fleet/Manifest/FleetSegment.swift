/// What one node fetches from the origin for all: a range of one file, or a bundle of whole small files.
package struct FleetSegment: Sendable, Equatable, Hashable {
    package enum Content: Sendable, Equatable, Hashable {
        /// Begins at a multiple of the file's piece, and ends at one or at the file's end.
        case range(file: Int, bytes: Range<Int64>)
        /// Neighbours in the manifest.
        case bundle(files: Range<Int>)
    }

    /// In the manifest's list.
    package let index: Int
    package let content: Content
    /// Bytes of it all.
    package let size: Int64
    /// How many SHA-1s it has: its pieces, or its files.
    package let pieces: Int

    package init(index: Int, content: Content, size: Int64, pieces: Int) {
        self.index = index
        self.content = content
        self.size = size
        self.pieces = pieces
    }

    /// The files that it has bytes of.
    package var files: Range<Int> {
        switch content {
        case .range(let file, _): file..<file + 1
        case .bundle(let files): files
        }
    }

    package var isBundle: Bool { if case .bundle = content { true } else { false } }
}
