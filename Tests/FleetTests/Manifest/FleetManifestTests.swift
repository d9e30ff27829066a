import FetchTypes
import Testing

@testable import Fleet

@Suite struct FleetManifestTests {
    private static let mebibyte: Int64 = 1 << 20

    @Test(arguments: [
        // The size of one file, the number of members, the segment length.
        (64 * mebibyte, 2, 8 * mebibyte),
        (1024 * mebibyte, 2, 32 * mebibyte),
        (1024 * mebibyte, 3, 20 * mebibyte),
        (1 << 40, 8, 256 * mebibyte),
        (ByteCount.most, 1024, 256 * mebibyte),
    ])
    func segmentLengthDependsOnSizeAndMembers(size: Int64, members: Int, length: Int64) throws {
        let manifest = try FleetManifest(files: [FleetFile(name: "a", size: size)], members: members)
        #expect(manifest.segmentLength == length)
    }

    @Test(
        arguments: [
            [1], [4 * mebibyte - 1], [4 * mebibyte], [9 * mebibyte + 1], [100 * mebibyte, 5, 6, 7 * mebibyte, 8],
            Array(repeating: Int64(1000), count: 1000), [5 << 30, 3 * mebibyte, 3 * mebibyte, 3 * mebibyte],
        ] as [[Int64]])
    func segmentsCoverEveryByteOnce(sizes: [Int64]) throws {
        let files = sizes.enumerated().map { FleetFile(name: "\($0)", size: $1) }
        let manifest = try FleetManifest(files: files, members: 3)
        var covered = Array(repeating: Int64(0), count: files.count)
        for (index, segment) in manifest.segments.enumerated() {
            #expect(segment.index == index)
            switch segment.content {
            case .range(let file, let bytes):
                #expect(bytes.lowerBound == covered[file])
                #expect(bytes.lowerBound % FleetManifest.pieceLength(for: files[file].size) == 0)
                #expect(segment.size == Int64(bytes.count))
                covered[file] = bytes.upperBound
            case .bundle(let range):
                #expect(range.count <= 256 && segment.size <= 8 * Self.mebibyte && segment.pieces == range.count)
                for file in range { covered[file] += files[file].size }
            }
            for file in segment.files { #expect(manifest.segments(of: file).contains(segment)) }
        }
        #expect(covered == sizes)
        #expect(manifest.totalSize == sizes.reduce(0, +))
    }

    @Test func anotherFileSizeHashOrderOrFleetIsAnotherManifest() throws {
        let hash = String(repeating: "a", count: 64)
        let lists: [([FleetFile], Int)] = [
            ([FleetFile(name: "a", size: 1), FleetFile(name: "b", size: 2)], 2),
            ([FleetFile(name: "b", size: 2), FleetFile(name: "a", size: 1)], 2),
            ([FleetFile(name: "a", size: 1), FleetFile(name: "b", size: 2)], 3),
            ([FleetFile(name: "a", size: 1), FleetFile(name: "b", size: 3)], 2),
            ([FleetFile(name: "a", size: 1, sha256: hash), FleetFile(name: "b", size: 2)], 2),
            ([FleetFile(name: "a1:1", size: 1), FleetFile(name: "b", size: 2)], 2),
        ]
        let digests = try lists.map { try FleetManifest(files: $0, members: $1).digest }
        #expect(Set(digests).count == lists.count)
        #expect(try FleetManifest(files: lists[0].0, members: 2).digest == digests[0])
    }

    @Test(arguments: [[], [0], [-1], [ByteCount.most + 1]] as [[Int64]])
    func refusesImpossibleSizes(sizes: [Int64]) {
        let files = sizes.map { FleetFile(name: "a", size: $0) }
        #expect(throws: Failure.self) { try FleetManifest(files: files, members: 2) }
    }

    @Test(arguments: ["\"\"", "\"\(String(repeating: "0f", count: 40))\""])
    func readsHashes(json: String) throws {
        let hashes = try #require(FleetJSON.decode(PieceHashes.self, Array(json.utf8)))
        #expect(String(decoding: FleetJSON.encode(hashes), as: UTF8.self) == json)
    }

    @Test(arguments: ["\"0f\"", "\"\(String(repeating: "0g", count: 20))\"", "\"\(String(repeating: "é", count: 20))\"", "[]", "1", "\""])
    func refusesInvalidHashes(json: String) { #expect(FleetJSON.decode(PieceHashes.self, Array(json.utf8)) == nil) }
}
