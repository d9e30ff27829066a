import FetchTypes
import Foundation
import Glibc
import ModelSources
import Synchronization
import TestSupport
import Testing
@testable import FetchKit
@testable import Storage
@testable import Transfer

@Suite("Inspection of a target") struct InspectionTests {
    static let otherSHA256 = PublishedDigest(.sha256, hex: String(repeating: "0", count: 64))!

    func planned(
        _ scratch: Scratch, identity: String = "id", size: Int64? = 6, digest: PublishedDigest? = Hello.sha256, etag: String? = nil
    ) -> PlannedFile {
        plannedFile(in: scratch.path, file: sourceFile(identity: identity, size: size, digest: digest, etag: etag))
    }

    /// What inspection says, and whether the file was read for it.
    struct Found {
        var isComplete = false
        var isChanged = false
        var sha256: String?
        var wasRead = false
    }

    func inspect(_ planned: PlannedFile, force: Bool = false) async throws -> Found {
        var options = FetchOptions(environment: [:])
        options.force = force
        let read = Mutex(false)
        let inspection = try await Inspection.of(planned, options: options, announce: { read.withLock { $0 = true } })
        var found = Found(wasRead: read.withLock { $0 })
        switch inspection {
        case .needed: break
        case .changed: found.isChanged = true
        case .complete(let size, let sha256):
            #expect(size == 6)
            (found.isComplete, found.sha256) = (true, sha256)
        }
        return found
    }

    func finish(_ planned: PlannedFile, _ scratch: Scratch, sha256: String? = Hello.sha256.hex, etag: String? = nil) throws {
        try scratch.write(Hello.content, to: "model.bin")
        try Inspection.writeRecord(planned, sha256: sha256, verified: "sha256", etag: etag)
    }

    @Test("Two files whose records want the same name each have theirs", arguments: [["a", "a.json/b"], ["a.json/b", "a"]])
    func clash(names: [String]) async throws {
        let scratch = try Scratch()
        let files = names.map { plannedFile($0, in: scratch.path, file: sourceFile($0, identity: $0, size: 6, digest: Hello.sha256)) }
        for (name, file) in zip(names, files) {
            try scratch.write(Hello.content, to: name)
            try Inspection.writeRecord(file, sha256: Hello.sha256.hex, verified: "sha256")
        }
        for file in files {
            let found = try await inspect(file)
            #expect(found.isComplete && !found.wasRead, "\(file.name)")
        }
    }

    private func touch(_ path: String) {
        var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_000, tv_nsec: 5)]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    @Test("Nothing there: it is fetched")
    func nothing() async throws {
        let scratch = try Scratch()
        #expect(try await inspect(planned(scratch)).isComplete == false)
    }

    @Test("A file that its record describes is not read")
    func recorded() async throws {
        let scratch = try Scratch()
        try finish(planned(scratch), scratch)
        let result = try await inspect(planned(scratch))
        #expect(result.isComplete)
        #expect(!result.wasRead)
        #expect(result.sha256 == Hello.sha256.hex)
    }

    @Test("Touched since, it is read once, and then known again")
    func touched() async throws {
        let scratch = try Scratch()
        try finish(planned(scratch), scratch)
        touch(scratch("model.bin"))
        let first = try await inspect(planned(scratch))
        #expect(first.isComplete && first.wasRead)
        let second = try await inspect(planned(scratch))
        #expect(second.isComplete && !second.wasRead)
    }

    @Test("Changed since, in place or in length, it is fetched again", arguments: ["HELLO\n", "hello\nand more", ""])
    func changed(text: String) async throws {
        let scratch = try Scratch()
        try finish(planned(scratch), scratch)
        try scratch.write(text, to: "model.bin")
        touch(scratch("model.bin"))
        for digest in [Hello.sha256, Self.otherSHA256] {
            let result = try await inspect(planned(scratch, size: nil, digest: digest))
            #expect(!result.isComplete && result.isChanged)
        }
    }

    @Test("An older file beside the record of the newer one and its partial is fetched: a run ended before it had its name")
    func crashed() async throws {
        let scratch = try Scratch()
        let newer = planned(scratch)
        try finish(newer, scratch)
        try scratch.write("older", to: "model.bin")
        try scratch.write(Hello.content, to: "model.bin.fetchctl-part")
        #expect(try await inspect(newer).isComplete == false)
    }

    static let offers: [(size: Int64?, digest: PublishedDigest?, etag: String?, isComplete: Bool)] = [
        (6, Hello.sha256, nil, true), (6, otherSHA256, nil, false), (7, nil, nil, false), (6, nil, "\"v1\"", true),
        (6, nil, "\"v2\"", false),
        (nil, nil, nil, true), (6, Hello.sha256, "\"v2\"", true), (6, nil, nil, true),
    ]

    @Test("A newer version of the same thing replaces it", arguments: offers)
    func newer(size: Int64?, digest: PublishedDigest?, etag: String?, isComplete: Bool) async throws {
        let scratch = try Scratch()
        try finish(planned(scratch), scratch, etag: "\"v1\"")
        #expect(try await inspect(planned(scratch, size: size, digest: digest, etag: etag)).isComplete == isComplete)
    }

    @Test("A damaged record counts as none", arguments: ["", "{", "[]"])
    func damagedRecord(text: String) async throws {
        let scratch = try Scratch()
        try scratch.write(Hello.content, to: "model.bin")
        try scratch.write(text, to: ".fetchctl/model.bin.json")
        let result = try await inspect(planned(scratch))
        #expect(result.isComplete && result.wasRead)
    }

    @Test("A dry run writes no record, whatever it finds out", arguments: [nil, "kept"] as [String?])
    func dryRun(identity: String?) async throws {
        let scratch = try Scratch()
        let planned = planned(scratch, identity: identity ?? "id")
        if identity != nil { try finish(planned, scratch) } else { try scratch.write(Hello.content, to: "model.bin") }
        touch(scratch("model.bin"))
        let before = Disk.contents(planned.recordPath)
        var options = FetchOptions(environment: [:])
        options.dryRun = true
        guard case .complete = try await Inspection.of(planned, options: options, announce: {}) else {
            throw Unexpected(what: "not complete")
        }
        #expect(Disk.contents(planned.recordPath) == before)
    }
}
