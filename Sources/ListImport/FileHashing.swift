import Events
import FetchKit
import FetchTypes
import Storage

/// Hashes files, several at once, and reports each.
struct FileHashing {
    let host: any ImportHost

    private static let readAtOnce = 4

    /// - Returns: the SHA-256 of each file; nil for a file that cannot be read.
    /// - Throws: `CancellationError`.
    func digests(of files: [String]) async throws -> [String?] {
        var digests = [String?](repeating: nil, count: files.count)
        var done = 0
        var bytes: Int64 = 0
        try await withThrowingTaskGroup(of: (Int, String?, Int64).self) { group in
            var next = 0
            func addOne() {
                guard next < files.count else { return }
                let index = next
                let path = files[index]
                next += 1
                group.addTask {
                    let size = Disk.followedStatus(path)?.size ?? 0
                    let check = FileCheck(tag: FileTag(ref: path, path: path), size: nil, digest: nil, authority: "")
                    do {
                        let digest = try await check.run().digest
                        return (index, digest, size)
                    } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        return (index, nil, size)
                    }
                }
            }
            for _ in 0..<Self.readAtOnce { addOne() }
            while let (index, digest, size) = try await group.next() {
                done += 1
                bytes += size
                digests[index] = digest
                report(files[index], digest, "hashed \(done) of \(files.count): \(files[index]) (\(ByteSize.text(bytes)) so far)")
                addOne()
            }
        }
        return digests
    }

    private func report(_ path: String, _ digest: String?, _ note: String) {
        let tag = FileTag(ref: path, path: path)
        host.report(.verified(tag, algorithm: "sha256", digest: digest))
        host.report(.warning(tag, kind: "note", message: note))
    }
}
