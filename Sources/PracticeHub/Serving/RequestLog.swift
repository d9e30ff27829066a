import Foundation
import Synchronization

/// The requests that arrived, in order of arrival.
final class RequestLog: Sendable {
    private struct State {
        var first = 0
        var records: [RecordedRequest] = []
    }

    private let state = Mutex(State())

    var records: [RecordedRequest] { state.withLock { $0.records } }

    /// Forgets all records. Bodies still being sent are not counted any more.
    func removeAll() {
        state.withLock {
            $0.first += $0.records.count
            $0.records = []
        }
    }

    /// Records an arrival and returns its number.
    func add(_ request: HubRequest) -> Int {
        let record = RecordedRequest(
            server: request.server.rawValue, method: request.method, path: request.target,
            headers: request.headers.map { [$0.name, $0.value] }, status: 0, bodyBytesSent: 0, connection: request.connection,
            time: Date().timeIntervalSince1970, finished: false)
        return state.withLock {
            $0.records.append(record)
            return $0.first + $0.records.count - 1
        }
    }

    func update(_ number: Int, _ change: (inout RecordedRequest) -> Void) {
        state.withLock {
            guard number >= $0.first else { return }
            change(&$0.records[number - $0.first])
        }
    }
}
