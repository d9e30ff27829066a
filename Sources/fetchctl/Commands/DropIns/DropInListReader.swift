import Curl
import FetchKit
import FetchTypes

/// Reads a list of downloads: a file, standard input, or what a link leads to.
struct DropInListReader {
    let network: NetworkSettings

    private static let longest = 16 << 20

    /// - Returns: nil when it cannot be had.
    func read(_ source: String) async throws -> String? {
        if source == "-" { return text(Disk.contents("/dev/stdin", limit: Self.longest)) }
        guard source.contains("://"), var url = WebURL(source) else { return text(Disk.contents(source, limit: Self.longest)) }
        let client = CurlClient(settings: network)
        defer { client.shutDown() }
        for _ in 0..<10 {
            let answer = try await client.send(HTTPRequest(.get, url, maximumBody: Self.longest, timeout: 120))
            if (300..<400).contains(answer.status), let next = answer.headers["Location"].flatMap({ url.resolving($0) }) {
                guard url.scheme == "http" || next.scheme == "https" else { return nil }
                url = next
                continue
            }
            return answer.status == 200 ? text(answer.body) : nil
        }
        return nil
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
