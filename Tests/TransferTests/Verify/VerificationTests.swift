import FetchTypes
import ModelSources
import Storage
import TestSupport
import Testing
@testable import Partials
@testable import Transfer

@Suite("Verification") struct VerificationTests {
    @Test(
        "Git's hash covers a size that only the bytes told, or that the list had wrong",
        arguments: [(nil, true), (6, true), (7, true)] as [(Int64?, Bool)])
    func gitSize(listed: Int64?, isGood: Bool) async throws {
        let scratch = try Scratch()
        let planned = plannedFile(in: scratch.path, file: sourceFile(size: nil, digest: Hello.gitSHA1))
        let (partial, found) = try await PartialLock(target: planned.target, timeout: 10, onWait: { _ in }).acquire()
        #expect(try partial.adopt(planned.wanted, found: found) == nil)
        try Hello.content.withUnsafeBytes { bytes throws in try partial.file.write(bytes, at: 0) }
        let outcome = try await Verification(
            planned: planned, partial: partial, digest: IncrementalHasher(gitSize: listed), verifies: true, emit: { _ in }
        ).run()
        guard case .good(let verdict) = outcome else { throw Unexpected(what: "\(outcome)") }
        #expect(verdict.algorithm == "git-sha1" && verdict.sha256 == Hello.sha256.hex)
    }
}
