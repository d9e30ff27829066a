import Curl
import FetchTypes
import Storage

/// Reads a list of downloads: a file, standard input, or what a link leads to.
struct DropInListReader {
    let network: NetworkSettings

    private static let longest = 16 << 20

    /// - Returns: nil when it cannot be read.
    /// - Throws: ``Failure`` when a list of this machine is not UTF-8: it may name folders and files.
    func read(_ source: String) async throws -> String? {
        if source == "-" { return try own(Disk.contents("/dev/stdin", limit: Self.longest), source) }
        guard source.contains("://"), var url = WebURL(source) else {
            return try own(Disk.contents(source, limit: Self.longest), source)
        }
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

    private func own(_ bytes: [UInt8]?, _ source: String) throws -> String? {
        guard let bytes else { return nil }
        guard let text = SystemText.read(bytes) else { throw SystemText.refusal("the list \(source)") }
        return text
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
