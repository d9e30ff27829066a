import Curl
import FetchTypes
import Synchronization

/// Asks other members: signs every request, and believes only answers that are signed.
final class FleetClient: Sendable {
    /// Where a member's server is.
    struct Place: Sendable, Equatable {
        /// A name or a numeric address.
        var host: String
        var port: Int
    }

    enum Fault: Error, Equatable {
        /// No member answered in time.
        case silent
        /// Our code is not accepted, or the answer's is wrong: another secret.
        case stranger
        /// Another coordinator than we believe, or none.
        case stale
        /// An answer that means nothing.
        case malformed
    }

    /// This process's random name.
    let node = RequestStamp.randomName()
    private let secret: FleetSecret
    private let client: CurlClient
    private let counter = Atomic<UInt64>(0)

    /// - Parameter userAgent: what this program calls itself.
    init(secret: FleetSecret, userAgent: String) {
        self.secret = secret
        // Members are asked directly, whatever proxy the internet is behind.
        var settings = NetworkSettings(userAgent: userAgent)
        settings.connectTimeout = 2
        client = CurlClient(settings: settings)
    }

    func shutDown() { client.shutDown() }

    /// Asks who is there.
    func hello(_ place: Place) async throws(Fault) -> FleetHello {
        try await ask(.get, FleetStation.hello, place, epoch: "", timeout: 1)
    }

    func say(_ message: FleetMessage, to place: Place, epoch: String) async throws(Fault) -> FleetReply {
        try await ask(.post, FleetStation.say, place, epoch: epoch, body: FleetJSON.encode(message), timeout: 2)
    }

    func events(since: Int, from place: Place, epoch: String) async throws(Fault) -> FleetEvents {
        try await ask(.get, "\(FleetStation.events)?since=\(since)", place, epoch: epoch, timeout: 8)
    }

    /// A bundle's bytes from a member that has it.
    func bundle(_ segment: FleetSegment, in manifest: FleetManifest, from place: Place, epoch: String) async throws(Fault) -> [UInt8] {
        let target = "\(FleetStation.bytes)?segment=\(segment.index)"
        let sealed = try await send(.get, target, place, epoch: epoch, body: nil, timeout: 30, most: Int(segment.size) + 4096)
        guard let bytes = secret.open(sealed, context: FleetStation.context(of: segment.index, in: manifest)),
            bytes.count == Int(segment.size)
        else { throw .malformed }
        return bytes
    }

    private func ask<Value: Decodable>(
        _ method: HTTPRequest.Method, _ target: String, _ place: Place, epoch: String, body: [UInt8]? = nil, timeout: Seconds
    ) async throws(Fault) -> Value {
        let bytes = try await send(method, target, place, epoch: epoch, body: body, timeout: timeout, most: 4 << 20)
        guard let value = FleetJSON.decode(Value.self, bytes) else { throw .malformed }
        return value
    }

    private func send(
        _ method: HTTPRequest.Method, _ target: String, _ place: Place, epoch: String, body: [UInt8]?, timeout: Seconds, most: Int
    ) async throws(Fault) -> [UInt8] {
        let host = place.host.contains(":") ? "[\(place.host)]" : place.host
        guard let url = WebURL("http://\(host):\(place.port)\(target)") else { throw .silent }
        let stamp = RequestStamp(node: node, epoch: epoch, counter: counter.wrappingAdd(1, ordering: .relaxed).newValue)
        let code = secret.code("request", over: stamp.signed(method: method.rawValue, target: target, body: body ?? []))
        let request = HTTPRequest(
            method, url,
            headers: [
                (RequestStamp.nodeField, stamp.node), (RequestStamp.epochField, epoch.isEmpty ? RequestStamp.noEpoch : epoch),
                (RequestStamp.counterField, String(stamp.counter)), (RequestStamp.codeField, code.hexadecimal),
            ], body: body, maximumBody: most, timeout: timeout)
        let response: HTTPResponse
        do { response = try await client.send(request) } catch { throw .silent }
        if response.status == 401 { throw .stranger }
        // Something else listens there: it is no fleet with another secret.
        guard let field = response.headers[RequestStamp.codeField] else { throw .silent }
        let signed = RequestStamp.signedAnswer(requestCode: code, status: response.status, body: response.body)
        guard let answered = RequestStamp.bytes(field, count: 32), secret.isValid(answered, "answer", over: signed) else {
            throw .stranger
        }
        switch response.status {
        case 200: return response.body
        case 409, 421: throw .stale
        default: throw .malformed
        }
    }
}
