import Crypto
package import FetchTypes

/// The files that a fleet fetches, divided into segments. All nodes compute the same value from the same files.
package struct FleetManifest: Sendable, Equatable {
    package let files: [FleetFile]
    /// The number of nodes, including those that have not joined yet.
    package let members: Int
    /// Bytes of a range segment, except the last of a file: a multiple of every piece length.
    package let segmentLength: Int64
    package let segments: [FleetSegment]
    /// SHA-256 over files and members, in hexadecimal digits; equal on all nodes of a fleet.
    package let digest: String
    private let perFile: [Range<Int>]

    /// The maximum number of files.
    private static let mostFiles = 1_000_000
    private static let shortest: Int64 = 8 << 20
    private static let longest: Int64 = 256 << 20
    /// A multiple of every piece length.
    private static let unit: Int64 = 4 << 20
    /// Smaller files go in bundles. Bytes.
    private static let small: Int64 = 4 << 20
    /// The maximum bytes and files of a bundle, which is sent whole, with a SHA-1 for each file.
    private static let bundle: Int64 = 8 << 20
    private static let bundleFiles = 256

    /// The torrent's piece length for a file of this size: 1 MiB up to 4 GiB, 4 MiB above.
    package static func pieceLength(for size: Int64) -> Int64 { size <= 4 << 30 ? 1 << 20 : 4 << 20 }

    /// - Throws: ``Failure`` (64) where there are no files, or a size is impossible.
    package init(files: [FleetFile], members: Int) throws(Failure) {
        guard !files.isEmpty, files.count <= Self.mostFiles, members > 0,
            files.allSatisfy({ $0.size > 0 && $0.size <= ByteCount.most })
        else {
            throw Failure(
                .usage, "a fleet needs files whose sizes are known.", hint: "leave --fleet out for this reference.")
        }
        self.files = files
        self.members = members
        let total = files.reduce(ByteCount.zero) { $0 + (ByteCount($1.size) ?? .zero) }.bytes
        let share = min(max(total / Int64(16 * members), Self.shortest), Self.longest)
        segmentLength = share / Self.unit * Self.unit
        (segments, perFile) = Self.cut(files, segmentLength)
        digest = Self.digest(files, members)
    }

    private static func cut(_ files: [FleetFile], _ length: Int64) -> ([FleetSegment], [Range<Int>]) {
        var segments: [FleetSegment] = []
        var perFile: [Range<Int>] = []
        var file = 0
        while file < files.count {
            let first = segments.count
            if files[file].size < small {
                let end = bundleEnd(files, from: file)
                let size = files[file..<end].reduce(0) { $0 + $1.size }
                segments.append(FleetSegment(index: first, content: .bundle(files: file..<end), size: size, pieces: end - file))
                perFile += Array(repeating: first..<first + 1, count: end - file)
                file = end
            } else {
                let (size, piece) = (files[file].size, pieceLength(for: files[file].size))
                for start in stride(from: 0, to: size, by: Int64.Stride(length)) {
                    let bytes = start..<min(size, start + length)
                    segments.append(
                        FleetSegment(
                            index: segments.count, content: .range(file: file, bytes: bytes), size: Int64(bytes.count),
                            pieces: Int((Int64(bytes.count) + piece - 1) / piece)))
                }
                perFile.append(first..<segments.count)
                file += 1
            }
        }
        return (segments, perFile)
    }

    private static func bundleEnd(_ files: [FleetFile], from start: Int) -> Int {
        var (end, size): (Int, Int64) = (start, 0)
        while end < files.count, end - start < bundleFiles, files[end].size < small, size + files[end].size <= bundle {
            size += files[end].size
            end += 1
        }
        return end
    }

    private static func digest(_ files: [FleetFile], _ members: Int) -> String {
        var hash = SHA256()
        func add(_ text: String) {
            // The length of each text makes the encoding unambiguous.
            hash.update(data: Array("\(text.utf8.count):\(text)".utf8))
        }
        add("fetchctl fleet 1")
        add(String(members))
        for file in files {
            add(file.name)
            add(String(file.size))
            add(file.sha256 ?? "")
        }
        return hash.finalize().hexadecimal
    }

    package func segments(of file: Int) -> [FleetSegment] { perFile.indices.contains(file) ? Array(segments[perFile[file]]) : [] }

    /// Where a piece of a range is in its file.
    /// - Returns: nil for a bundle, and where the range has no such piece.
    package func bytes(of piece: Int, in segment: FleetSegment) -> Range<Int64>? {
        guard case .range(let file, let bytes) = segment.content, (0..<segment.pieces).contains(piece) else { return nil }
        let length = Self.pieceLength(for: files[file].size)
        let start = bytes.lowerBound + Int64(piece) * length
        return start..<min(start + length, bytes.upperBound)
    }

    package var totalSize: Int64 { segments.reduce(ByteCount.zero) { $0 + (ByteCount($1.size) ?? .zero) }.bytes }
}
