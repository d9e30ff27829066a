import FetchTypes
import Server

/// Accepts the requests of members only: checks the code, the epoch and the counter of each.
struct RequestAuthenticator: Sendable {
    enum Verdict: Sendable, Equatable {
        /// - Parameter code: the request's code, which the answer's code covers.
        case member(node: String, code: [UInt8])
        /// A member asks for the epoch: it gets only that.
        case hello(code: [UInt8])
        /// The request has no valid code: another secret, or it was changed on the way.
        case unauthenticated
        /// A member's request to another coordinator, or one that was sent twice.
        case stale(code: [UInt8])
    }

    let secret: FleetSecret
    var epoch: String
    private var windows: [String: ReplayWindow] = [:]
    /// The maximum number of member processes to remember; only holders of the secret are counted.
    private static let mostNodes = 4096

    init(secret: FleetSecret, epoch: String) {
        self.secret = secret
        self.epoch = epoch
    }

    mutating func check(_ request: ServerRequest) -> Verdict {
        guard let (stamp, code) = RequestStamp.read(request) else { return .unauthenticated }
        let target = request.path + (request.query.map { "?" + $0 } ?? "")
        guard secret.isValid(code, "request", over: stamp.signed(method: request.method, target: target, body: request.body)) else {
            return .unauthenticated
        }
        if stamp.epoch.isEmpty { return .hello(code: code) }
        guard stamp.epoch == epoch, windows[stamp.node] != nil || windows.count < Self.mostNodes,
            windows[stamp.node, default: ReplayWindow()].take(stamp.counter)
        else { return .stale(code: code) }
        return .member(node: stamp.node, code: code)
    }

    /// Adds the answer's code as a header field.
    static func sign(_ answer: ServerAnswer, requestCode: [UInt8], _ secret: FleetSecret) -> ServerAnswer {
        var signed = answer
        let bytes = RequestStamp.signedAnswer(requestCode: requestCode, status: answer.status, body: answer.body)
        signed.headers.append((RequestStamp.codeField, secret.code("answer", over: bytes).hexadecimal))
        return signed
    }
}
