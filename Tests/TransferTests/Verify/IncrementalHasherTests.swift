import FetchTypes
import TestSupport
import Testing
@testable import Storage
@testable import Transfer

@Suite("The incremental hasher") struct FollowingDigestTests {
    /// Known from `sha256sum` and `git hash-object`.
    static let known: [(content: [UInt8], sha256: String, gitSHA1: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        (
            Array("hello\n".utf8), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
            "ce013625030ba8dba906f756967f9e9ca394464a"
        ),
        (
            Array(repeating: UInt8(ascii: "a"), count: 3_000_001),
            "71b1401c2645810a611615bae0fce7b308f0ed904a54af8ec8be0fe435581611",
            "bef48d6aa0c07452133332481567490cac476385"
        ),
    ]

    @Test("Both digests are those that others compute", arguments: known)
    func values(content: [UInt8], sha256: String, gitSHA1: String) async throws {
        let scratch = try Scratch()
        try scratch.write(content, to: "x")
        let file = try OpenFile(scratch("x"), .read)
        let digest = IncrementalHasher(gitSize: Int64(content.count))
        try await digest.advance(to: Int64(content.count), in: file)
        #expect(digest.values().sha256 == sha256)
        #expect(digest.value(.sha256) == sha256)
        #expect(digest.value(.gitSHA1) == gitSHA1)
        let plain = IncrementalHasher()
        try await plain.advance(to: .max, in: file)
        #expect(plain.position == Int64(content.count))
        #expect(plain.values() == (sha256, nil))
        #expect(plain.value(.gitSHA1) == nil)
    }

    @Test("It reads on where it stopped, in steps of any size, and no further than it is told")
    func growing() async throws {
        let (content, sha256, gitSHA1) = Self.known[2]
        let scratch = try Scratch()
        let file = try OpenFile(scratch("x"), .create)
        let digest = IncrementalHasher(gitSize: Int64(content.count))
        var written = 0
        for step in [1, 1 << 20, 0, 65_537, 1_000_000, content.count] {
            let end = min(content.count, written + step)
            try content[written..<end].withUnsafeBytes { bytes throws in try file.write(bytes, at: Int64(written)) }
            written = end
            try await digest.advance(to: Int64(end), in: file)
            #expect(digest.position == Int64(end))
            // AccountContext in between changes nothing.
            _ = digest.values()
            try await digest.advance(to: 0, in: file)
        }
        #expect(digest.values() == (sha256, gitSHA1))
        // A file that ends before is no fault: the rest may come.
        try await digest.advance(to: .max, in: file)
        #expect(digest.position == Int64(content.count))
    }

    @Test("After a reset it begins again, git's header included")
    func reset() async throws {
        let scratch = try Scratch()
        try scratch.write("wrong!\n", to: "bad")
        try scratch.write("hello\n", to: "good")
        let digest = IncrementalHasher(gitSize: 6)
        try await digest.advance(to: 6, in: try OpenFile(scratch("bad"), .read))
        #expect(digest.values().gitSHA1 != Self.known[1].gitSHA1)
        digest.reset()
        #expect(digest.position == 0)
        try await digest.advance(to: 6, in: try OpenFile(scratch("good"), .read))
        #expect(digest.values() == (Self.known[1].sha256, Self.known[1].gitSHA1))
    }

    @Test("Cancelling ends it within a step")
    func cancel() async throws {
        let scratch = try Scratch()
        let file = try OpenFile(scratch("x"), .create)
        // Without a byte on the disk, and far too much to be read in time.
        try file.truncate(to: 1 << 40)
        let task = Task { try await IncrementalHasher().advance(to: 1 << 40, in: file) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
