import SystemPackage
import Synchronization
import TestSupport
import Testing
@testable import Storage

@Suite("What another machine removes meanwhile") struct DiskVanishingTests {
    @Test(
        "is made again; other failures are told at once",
        arguments: [(Errno.noSuchFileOrDirectory, 3), (.staleNFSFileHandle, 3), (.noSpace, 1)])
    func again(code: Errno, tries: Int) async throws {
        let count = Mutex(0)
        let result = await Result {
            try await Disk.whileVanishing {
                let attempt = count.withLock { count in
                    count += 1
                    return count
                }
                if attempt < 3 { throw IOFault(code: code, "making", "/x") }
                return "made"
            }
        }
        #expect(count.withLock { $0 } == tries)
        #expect((try? result.get()) == (tries == 3 ? "made" : nil))
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call gives.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
