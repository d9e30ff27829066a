import Synchronization
import FlyingFox
import Foundation

/// One server's way from a request to an answer: record, faults, the server itself, faults again, the wire.
struct HubHandler: HTTPHandler {
    let server: HubRequest.Server
    let state: HubState

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        var hubRequest = try await received(request)
        if server == .hub, hubRequest.path == "/_practice" || hubRequest.path.hasPrefix("/_practice/") {
            return response(to: hubRequest, ControlServer(state: state).answer(hubRequest), number: nil, place: nil)
        }
        let number = state.log.add(hubRequest)
        var reply = answer(&hubRequest)
        var place: TransferCount.Place?
        if server == .cdn, case .file = reply.body, let limit = state.configuration.simultaneousTransfers {
            place = state.transfers.take(limit: limit)
            if place == nil { reply = .xml(503, code: "SlowDown", message: "Please reduce your request rate.") }
        }
        return response(to: hubRequest, reply, number: number, place: place)
    }

    private func answer(_ request: inout HubRequest) -> Reply {
        let first = state.faults.take(for: request) { $0.fault.acts(on: request, lastLink: $0.lastLink) }
        for active in first {
            if let reply = active.fault.substitute(for: &request) { return reply }
        }
        var reply =
            switch server {
            case .hub: HubServer(state: state).answer(request)
            case .civitai: CivitaiServer(state: state).answer(request)
            case .cdn: CDNServer(state: state).answer(request)
            case .gdrive: DriveServer(state: state).answer(request)
            case .github: GitHubServer(state: state).answer(request)
            case .modelscope: ModelScopeServer(state: state).answer(request)
            case .ollama: OllamaServer(state: state).answer(request)
            }
        for active in state.faults.take(for: request, where: { $0.fault.acts(on: reply, to: request) }) {
            active.fault.change(&reply)
        }
        return reply
    }

    private func received(_ request: HTTPRequest) async throws -> HubRequest {
        let headers = request.headers.map { (name: $0.key.rawValue, value: $0.value) }.sorted { $0.name < $1.name }
        let port: UInt16 =
            switch request.remoteAddress {
            case .ip4(_, let port), .ip6(_, let port): port
            case .unix, nil: 0
            }
        return HubRequest(
            server: server, method: request.method.rawValue, path: request.target.path(), query: request.target.query(), headers: headers,
            body: try await request.bodyData, connection: Int(port))
    }

    private func response(to request: HubRequest, _ reply: Reply, number: Int?, place: TransferCount.Place?) -> HTTPResponse {
        let isEmpty = request.method == "HEAD" || reply.status == 304 || reply.status == 204 || reply.body.count == 0
        if let number {
            state.log.update(number) {
                $0.status = reply.status
                $0.finished = isEmpty && !reply.delivery.isSilent
            }
        }
        if reply.delivery.isSilent { return HTTPResponse(webSocket: Refusal()) }
        var headers = HTTPHeaders()
        headers[HTTPHeader("Date")] = HTTPDate.header(Date().addingTimeInterval(state.configuration.clockOffset))
        for (name, value) in reply.headers { headers.addValue(value, for: HTTPHeader(name)) }
        if !reply.delivery.isChunked || isEmpty {
            headers[.contentLength] = String(reply.body.count + reply.delivery.lengthError)
        }
        let status = HTTPStatusCode(reply.status, phrase: Self.phrase(reply.status))
        if isEmpty { return HTTPResponse(statusCode: status, headers: headers) }
        let body = body(of: reply, to: request, number: number, place: place)
        let sequence =
            reply.delivery.isChunked
            ? HTTPBodySequence(from: body, suggestedBufferSize: 64 << 10)
            : HTTPBodySequence(from: body, count: Int(reply.body.count), suggestedBufferSize: 64 << 10)
        return HTTPResponse(statusCode: status, headers: headers, body: sequence)
    }

    private func body(of reply: Reply, to request: HubRequest, number: Int?, place: TransferCount.Place?) -> ReplyBody {
        let configuration = state.configuration
        var limits: [ReplyBody.Limit] = []
        if server == .cdn, let rate = configuration.bytesPerSecondPerConnection {
            limits.append(ReplyBody.Limit(key: "connection \(request.connection)", bytesPerSecond: rate))
        }
        if server == .cdn, let rate = configuration.bytesPerSecondTotal {
            limits.append(ReplyBody.Limit(key: "all", bytesPerSecond: rate))
        }
        if let rate = reply.delivery.bytesPerSecond {
            limits.append(ReplyBody.Limit(key: "slow \(server.rawValue) \(request.connection)", bytesPerSecond: rate))
        }
        return ReplyBody(
            body: reply.body, delivery: reply.delivery, limits: limits, pacer: state.pacer,
            onReset: { [state, server, port = request.connection] in
                OpenSocket.resetOnClose(server: state.addresses.withLock { $0.port(of: server) }, client: port)
            },
            onPiece: { [log = state.log] length in
                guard let number else { return }
                log.update(number) { $0.bodyBytesSent += Int64(length) }
            },
            onEnd: { [log = state.log, place] isWhole in
                _ = place
                guard let number else { return }
                log.update(number) { $0.finished = isWhole }
            })
    }

    private static func phrase(_ status: Int) -> String {
        let phrases = [
            200: "OK", 206: "Partial Content", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
            400: "Bad Request",
            401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 410: "Gone", 412: "Precondition Failed", 416: "Range Not Satisfiable",
            429: "Too Many Requests", 451: "Unavailable For Legal Reasons", 500: "Internal Server Error", 503: "Service Unavailable",
        ]
        return phrases[status] ?? "Status"
    }

    /// A payload that refuses before its header is written, which makes the server close the connection in silence.
    private struct Refusal: WSHandler {
        func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
            throw ReplyBody.Cut()
        }
    }
}
