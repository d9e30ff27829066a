import FetchTypes
import Server

/// Lets a member's requests in and nobody else's: checks the code, the epoch and the counter of each.
struct RequestGuard: Sendable {
    enum Verdict: Sendable, Equatable {
        /// - Parameter code: of the request, which the answer's code is over.
        case member(node: String, code: [UInt8])
        /// A member that asks for the epoch: it may learn that and no more.
        case greeting(code: [UInt8])
        /// Signed with another secret, changed on the way, or not at all.
        case stranger
        /// A member's, for another coordinator, or sent twice.
        case stale(code: [UInt8])
    }

    let secret: FleetSecret
    var epoch: String
    private var windows: [String: ReplayWindow] = [:]
    /// Members' processes that are remembered, at most: only holders of the secret get there.
    private static let mostNodes = 4096

    init(secret: FleetSecret, epoch: String) {
        self.secret = secret
        self.epoch = epoch
    }

    mutating func check(_ request: ServerRequest) -> Verdict {
        guard let (stamp, code) = RequestStamp.read(request) else { return .stranger }
        let target = request.path + (request.query.map { "?" + $0 } ?? "")
        guard secret.isValid(code, "request", over: stamp.signed(method: request.method, target: target, body: request.body)) else {
            return .stranger
        }
        if stamp.epoch.isEmpty { return .greeting(code: code) }
        guard stamp.epoch == epoch, windows[stamp.node] != nil || windows.count < Self.mostNodes,
            windows[stamp.node, default: ReplayWindow()].take(stamp.counter)
        else { return .stale(code: code) }
        return .member(node: stamp.node, code: code)
    }

    /// The answer's code as a header field.
    static func sign(_ answer: ServerAnswer, requestCode: [UInt8], _ secret: FleetSecret) -> ServerAnswer {
        var signed = answer
        let bytes = RequestStamp.signedAnswer(requestCode: requestCode, status: answer.status, body: answer.body)
        signed.headers.append((RequestStamp.codeField, secret.code("answer", over: bytes).hexadecimal))
        return signed
    }
}
