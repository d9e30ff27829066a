import Foundation

/// The control URLs, for tests and scripts in other processes. They are neither recorded nor disturbed by faults.
///
/// - `GET|DELETE /_practice/requests`: the requests so far, an array of `RecordedRequest`; forget them
/// - `POST|DELETE /_practice/faults`: add one, a `Fault`; end all
/// - `POST /_practice/files`: add a `NewFile`; answers its `url`, `size` and `sha256`
/// - `GET /_practice/catalogue`: all there is, with sizes, SHA-256 and download counts
struct ControlServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        do {
            switch (request.method, request.path) {
            case ("GET", "/_practice/requests"):
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                let data = try encoder.encode(state.log.records)
                return Reply(200, headers: [("Content-Type", "application/json")], body: .data(data))
            case ("DELETE", "/_practice/requests"):
                state.log.removeAll()
                return Reply(204)
            case ("POST", "/_practice/faults"):
                state.faults.add(try JSONDecoder().decode(Fault.self, from: request.body), lastLink: state.signer.lastNumber)
                return Reply(204)
            case ("DELETE", "/_practice/faults"):
                state.clearFaults()
                return Reply(204)
            case ("POST", "/_practice/files"):
                let (url, content) = state.add(try JSONDecoder().decode(NewFile.self, from: request.body))
                return .json(["url": .string(url), "size": .integer(content.size), "sha256": .string(content.sha256)])
            case ("GET", "/_practice/catalogue"): return .json(Catalogue(state: state).json)
            default: return .json(["error": "no such control URL or method"], status: 404)
            }
        } catch {
            return .json(["error": .string(String(describing: error))], status: 400)
        }
    }
}
