import Curl
import Fleet
import FetchTypes
import ModelSources
import Partials
import Transfer

/// Fetches the small files of a bundle from their origin, with one request for each.
struct BundleFetch: Sendable {
    let files: [PlannedFile]
    let client: CurlClient
    /// The maximum number of concurrent requests.
    private static let width = 8

    /// - Returns: the files' bytes, in order.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func run(report: @escaping @Sendable (Int64) -> Void) async throws -> [[UInt8]] {
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var results = [[UInt8]](repeating: [], count: files.count)
            var (next, sum): (Int, Int64) = (0, 0)
            func startOne() {
                guard next < files.count else { return }
                let (index, file) = (next, files[next])
                next += 1
                group.addTask {
                    let bytes = try await fetch(file)
                    return (index, bytes)
                }
            }
            for _ in 0..<Self.width { startOne() }
            while let (index, bytes) = try await group.next() {
                results[index] = bytes
                sum += Int64(bytes.count)
                report(sum)
                startOne()
            }
            return results
        }
    }

    private func fetch(_ planned: PlannedFile) async throws -> [UInt8] {
        let links = LinkKeeper(planned.file.locator, onward: { try await $0.followed(by: { try await client.send($0) }) })
        return try await SegmentRetry.repeating(planned, links: links) { try await request(planned, by: links) }
    }

    /// Sends one request for the file.
    private func request(_ planned: PlannedFile, by links: LinkKeeper) async throws -> [UInt8] {
        let link = try await links.link()
        let answer = try await client.send(link.request(range: nil))
        guard answer.status == 200 else {
            throw TransferFault.refused(status: answer.status, retryAfter: RetryAfter.wait(answer), host: link.url.host)
        }
        guard let size = planned.file.size, Int64(answer.body.count) == size else {
            throw TransferFault.wrongSize(expected: planned.file.size ?? 0, got: Int64(answer.body.count))
        }
        return answer.body
    }
}
