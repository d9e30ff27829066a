import FetchTypes
import Foundation
import Glibc
import ModelSources
import TestSupport
import Testing
@testable import FetchKit
@testable import Storage
@testable import Transfer

/// Something else has the name of the target, or no record tells what it is.
extension InspectionTests {
    @Test("Without a record the published digest tells, once", arguments: [Hello.sha256, Hello.gitSHA1])
    func unrecorded(digest: PublishedDigest) async throws {
        let scratch = try Scratch()
        try scratch.write(Hello.content, to: "model.bin")
        let first = try await inspect(planned(scratch, digest: digest))
        #expect(first.isComplete && first.wasRead)
        #expect(first.sha256 == Hello.sha256.hex)
        let second = try await inspect(planned(scratch, digest: digest))
        #expect(second.isComplete && !second.wasRead)
    }

    static let strangers: [(size: Int64?, digest: PublishedDigest?)] = [(6, otherSHA256), (7, Hello.sha256), (6, nil), (nil, nil)]

    @Test("Another file of that name is 73, naming both, and stays unchanged", arguments: strangers)
    func stranger(size: Int64?, digest: PublishedDigest?) async throws {
        let scratch = try Scratch()
        try scratch.write(Hello.content, to: "model.bin")
        let failure = try await failure { try await inspect(planned(scratch, size: size, digest: digest)) }
        #expect(failure.kind == .exists)
        #expect(failure.code == .cannotCreate)
        #expect(failure.message.contains(scratch("model.bin")))
        #expect(failure.message.contains("hf:org/name"))
        #expect(failure.hint?.contains("--force") == true)
        #expect(scratch.bytes("model.bin") == Hello.content)
        #expect(try await inspect(planned(scratch, size: size, digest: digest), force: true).isComplete == false)
    }

    @Test(
        "So is what another source put there, unless its bytes are the very ones", arguments: [(otherSHA256, false), (Hello.sha256, true)])
    func otherIdentity(digest: PublishedDigest, isComplete: Bool) async throws {
        let scratch = try Scratch()
        try finish(planned(scratch, identity: "civitai:1"), scratch)
        if isComplete {
            #expect(try await inspect(planned(scratch, identity: "civitai:2", digest: digest)).isComplete)
        } else {
            let failure = try await failure { try await inspect(planned(scratch, identity: "civitai:2", digest: digest)) }
            #expect(failure.kind == .exists)
            #expect(failure.why?.contains("civitai:1") == true)
        }
    }

    @Test("A directory or a pipe in the way is 73, with --force too", arguments: [false, true])
    func inTheWay(force: Bool) async throws {
        let scratch = try Scratch()
        try scratch.makeFolder("model.bin")
        let directory = try await failure { try await inspect(planned(scratch), force: force) }
        #expect(directory.code == .cannotCreate)
        #expect(directory.message.contains("directory"))
        try FileManager.default.removeItem(atPath: scratch("model.bin"))
        #expect(mkfifo(scratch("model.bin"), 0o600) == 0)
        #expect(try await failure { try await inspect(planned(scratch), force: force) }.code == .cannotCreate)
    }

    @Test("A link in its place is never taken for the file, nor written through", arguments: ["victim", "nowhere", "folder"])
    func link(target: String) async throws {
        let scratch = try Scratch()
        try scratch.write(Hello.content, to: "victim")
        try scratch.makeFolder("folder")
        try scratch.link("model.bin", to: target)
        let failure = try await failure { try await inspect(planned(scratch)) }
        #expect(failure.code == .cannotCreate)
        #expect(scratch.bytes("victim") == Hello.content)
    }
}
