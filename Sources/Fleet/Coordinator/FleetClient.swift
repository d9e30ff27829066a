import Curl
import FetchTypes
import Synchronization

/// Sends requests to other members: signs every request, and accepts signed answers only.
final class FleetClient: Sendable {
    /// The address of a member's server.
    struct Place: Codable, Hashable, Sendable {
        /// A name or a numeric address.
        var host: String
        var port: Int
    }

    enum Fault: Error, Equatable {
        /// No member answered in time.
        case unreachable
        /// The request's or the answer's code is wrong: the member has another secret.
        case unauthenticated
        /// The member does not coordinate, or under another epoch.
        case stale
        /// The answer is invalid.
        case malformed
    }

    /// This process's random name.
    let node = RequestStamp.randomName()
    private let secret: FleetSecret
    private let client: CurlClient
    private let counter = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - userAgent: the User-Agent of its requests.
    ///   - silenceLimit: seconds after which a member that sends nothing is given up.
    init(secret: FleetSecret, userAgent: String, silenceLimit: Int = 30) {
        self.secret = secret
        // Members are in the same network: requests bypass a proxy.
        var settings = NetworkSettings(userAgent: userAgent)
        settings.connectTimeout = 2
        settings.silenceLimit = silenceLimit
        client = CurlClient(settings: settings)
    }

    func shutDown() { client.shutDown() }

    /// Asks a member who it is.
    func hello(_ place: Place) async throws(Fault) -> FleetHello {
        try await ask(.get, FleetRequestHandler.hello, place, epoch: "", timeout: 1)
    }

    func send(_ message: FleetMessage, to place: Place, epoch: String) async throws(Fault) -> FleetReply {
        try await ask(.post, FleetRequestHandler.messages, place, epoch: epoch, body: FleetJSON.encode(message), timeout: 2)
    }

    func events(since: Int, from place: Place, epoch: String) async throws(Fault) -> FleetEventPage {
        try await ask(.get, "\(FleetRequestHandler.events)?since=\(since)", place, epoch: epoch, timeout: 8)
    }

    /// Fetches a bundle's bytes from a member that has it.
    func bundle(_ segment: FleetSegment, in manifest: FleetManifest, from place: Place, epoch: String) async throws(Fault) -> [UInt8] {
        let target = "\(FleetRequestHandler.bytes)?segment=\(segment.index)"
        let sealed = try await exchange(.get, target, place, epoch: epoch, body: nil, timeout: 30, most: Int(segment.size) + 4096)
        guard let bytes = secret.open(sealed, context: FleetRequestHandler.context(of: segment.index, in: manifest)),
            bytes.count == Int(segment.size)
        else { throw .malformed }
        return bytes
    }

    /// Asks a member for file lists.
    func lists(_ question: FleetListQuestion, from place: Place) async throws(Fault) -> FleetListAnswer {
        let sealed = try await exchange(
            .post, FleetRequestHandler.lists, place, epoch: "", body: FleetJSON.encode(question), timeout: 30,
            most: FleetListAnswer.mostBytes)
        guard let bytes = secret.open(sealed, context: FleetListAnswer.context),
            let answer = FleetJSON.decode(FleetListAnswer.self, bytes)
        else { throw .malformed }
        return answer
    }

    /// Tells a node that lacks file lists where a member is that has some.
    func offerLists(at own: Place, to place: Place) async throws(Fault) {
        let _: FleetReply = try await ask(.post, FleetRequestHandler.listOffers, place, epoch: "", body: FleetJSON.encode(own), timeout: 2)
    }

    private func ask<Value: Decodable>(
        _ method: HTTPRequest.Method, _ target: String, _ place: Place, epoch: String, body: [UInt8]? = nil, timeout: Seconds
    ) async throws(Fault) -> Value {
        let bytes = try await exchange(method, target, place, epoch: epoch, body: body, timeout: timeout, most: 4 << 20)
        guard let value = FleetJSON.decode(Value.self, bytes) else { throw .malformed }
        return value
    }

    private func exchange(
        _ method: HTTPRequest.Method, _ target: String, _ place: Place, epoch: String, body: [UInt8]?, timeout: Seconds, most: Int
    ) async throws(Fault) -> [UInt8] {
        let host = place.host.contains(":") ? "[\(place.host)]" : place.host
        guard let url = WebURL("http://\(host):\(place.port)\(target)") else { throw .unreachable }
        let stamp = RequestStamp(node: node, epoch: epoch, counter: counter.wrappingAdd(1, ordering: .relaxed).newValue)
        let code = secret.code("request", over: stamp.signed(method: method.rawValue, target: target, body: body ?? []))
        let request = HTTPRequest(
            method, url,
            headers: [
                (RequestStamp.nodeField, stamp.node), (RequestStamp.epochField, epoch.isEmpty ? RequestStamp.noEpoch : epoch),
                (RequestStamp.counterField, String(stamp.counter)), (RequestStamp.codeField, code.hexadecimal),
            ], body: body, maximumBody: most, timeout: timeout)
        let response: HTTPResponse
        do { response = try await client.send(request) } catch { throw .unreachable }
        if response.status == 401 { throw .unauthenticated }
        // Another kind of server listens there, not a fleet with another secret.
        guard let field = response.headers[RequestStamp.codeField] else { throw .unreachable }
        let signed = RequestStamp.signedAnswer(requestCode: code, status: response.status, body: response.body)
        guard let answered = RequestStamp.bytes(field, count: 32), secret.isValid(answered, "answer", over: signed) else {
            throw .unauthenticated
        }
        switch response.status {
        case 200: return response.body
        case 409, 421: throw .stale
        default: throw .malformed
        }
    }
}
