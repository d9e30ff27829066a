import Curl
import Fleet
import FetchTypes
import ModelSources
import Partials
import Transfer

/// Fetches the small files of a bundle from their origin, each with one request.
struct BundleFetch: Sendable {
    let files: [PlannedFile]
    let client: CurlClient
    /// Requests at once.
    private static let width = 8
    private static let tries = 3

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
                group.addTask { (index, try await fetch(file)) }
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
        var tries = 0
        while true {
            tries += 1
            do {
                let link = try await links.link()
                let answer = try await client.send(link.request(range: nil))
                switch answer.status {
                case 200 where Int64(answer.body.count) == planned.file.size: return answer.body
                case 301...308:
                    if await links.follow() { continue }
                    throw lost(planned, "\(link.url.host) answered \(answer.status)")
                case 429, 503: throw FleetDataFault.refused(retryAfter: RetryAfter.wait(answer)?.value)
                case 200: throw lost(planned, "\(link.url.host) sent \(answer.body.count) bytes")
                case 400..<500 where tries < Self.tries: await links.drop(because: "\(link.url.host) answered \(answer.status)")
                case 500... where tries < Self.tries: try await Task.sleep(for: .seconds(tries))
                default: throw lost(planned, "\(link.url.host) answered \(answer.status)")
                }
            } catch let fault as TransportFault {
                guard tries < Self.tries else { throw FleetDataFault.originLost(fault.failure) }
                try await Task.sleep(for: .seconds(tries))
            } catch let refusal as TransientRefusal {
                throw FleetDataFault.refused(retryAfter: refusal.retryAfter?.value)
            } catch let failure as Failure {
                throw FleetDataFault.originLost(failure)
            }
        }
    }

    private func lost(_ planned: PlannedFile, _ why: String) -> FleetDataFault {
        .originLost(Failure(.server, "\(planned.shown) could not be fetched.", why: "\(why).", hint: "run the same command again later."))
    }
}
