import FetchTypes
import Foundation
import ModelReference
import ModelSources
import Synchronization

/// Answers requests from a script, by method and URL, and keeps what was asked.
final class ScriptedServer: Sendable {
    private struct State {
        var script: [String: [HTTPResponse]] = [:]
        var requests: [HTTPRequest] = []
        var warnings: [(kind: String, message: String)] = []
    }

    private let state = Mutex(State())

    /// The requests so far, in order.
    var requests: [HTTPRequest] { state.withLock(\.requests) }
    /// `GET https://host/path?query`, in order.
    var lines: [String] { requests.map { "\($0.method.rawValue) \($0.url.string)" } }
    var warnings: [(kind: String, message: String)] { state.withLock(\.warnings) }
    var warningKinds: [String] { warnings.map(\.kind) }

    /// One more answer for `GET url` (or `METHOD url`); the last one is given again and again.
    func on(_ line: String, _ response: HTTPResponse) {
        let key = line.contains(" ") ? line : "GET " + line
        state.withLock { $0.script[key, default: []].append(response) }
    }

    func on(_ line: String, _ status: Int, _ body: String = "", _ headers: [(name: String, value: String)] = []) {
        on(line, HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8)))
    }

    func context(
        _ environment: [String: String] = [:], files: [String: String] = [:], now: Double = 1_800_000_000,
        selection: FileSelection = FileSelection(), prefetching: LinkPrefetching = .none
    ) -> SourceContext {
        var context = SourceContext(
            send: { try self.answer($0) }, environment: environment, readFile: { files[$0] }, selection: selection, now: { now },
            warn: { kind, message in self.state.withLock { $0.warnings.append((kind, message)) } })
        context.prefetching = prefetching
        return context
    }

    func resolve(
        _ reference: ModelReference, _ environment: [String: String] = [:], files: [String: String] = [:],
        selection: FileSelection = FileSelection(), prefetching: LinkPrefetching = .none, adapt: (inout SourceContext) -> Void = { _ in }
    ) async throws -> Resolution {
        var context = context(environment, files: files, selection: selection, prefetching: prefetching)
        adapt(&context)
        return try await ModelSources.resolve(
            ParsedReference(reference, shown: "what was typed"), endpoints: try ServiceEndpoints(environment: environment),
            context: context)
    }

    private func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        try state.withLock { state in
            state.requests.append(request)
            var key = "\(request.method.rawValue) \(request.url.string)"
            // A Hub that does not know the parameter.
            if state.script[key] == nil, key.hasSuffix("?blobs=true") { key.removeLast("?blobs=true".count) }
            guard var answers = state.script[key], let first = answers.first else {
                throw TransportFault(.connect, host: request.url.host, detail: "nothing is scripted for \(key)")
            }
            if answers.count > 1 {
                answers.removeFirst()
                state.script[key] = answers
            }
            return first
        }
    }
}

/// The origins that a request with a secret header went to.
extension ScriptedServer {
    var secretOrigins: Set<String> { Set(requests.filter { !$0.secretHeaders.isEmpty }.map { $0.url.origin.description }) }
}

func url(_ text: String) -> WebURL { WebURL(text)! }

func fixture(_ name: String) throws -> String {
    let file = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")!
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
}

/// The failure that an operation ends in; nil when it does not.
func failure(_ operation: () async throws -> some Any) async throws -> Failure? {
    do {
        _ = try await operation()
        return nil
    } catch let failure as Failure {
        return failure
    }
}

func refusal(_ operation: () async throws -> some Any) async throws -> TransientRefusal? {
    do {
        _ = try await operation()
        return nil
    } catch let refusal as TransientRefusal {
        return refusal
    }
}
