import FetchTypes
import Server

/// Accepts the requests of members only: checks the code, the epoch and the counter of each.
struct RequestAuthenticator: Sendable {
    enum Verdict: Sendable, Equatable {
        /// - Parameter code: the request's code, which the answer's code covers.
        case member(node: String, code: [UInt8])
        /// A node that has not joined: it gets the epoch, or file lists.
        case hello(code: [UInt8])
        /// The request has no valid code: another secret, or it was changed on the way.
        case unauthenticated
        /// A member's request to another coordinator, or one that was sent twice.
        case stale(code: [UInt8])
    }

    let secret: FleetSecret
    private(set) var epoch: String
    private var windows: [String: ReplayWindow] = [:]
    /// Of nodes that have not joined. They are kept when the epoch changes.
    private var unjoinedWindows: [String: ReplayWindow] = [:]
    /// The maximum number of member processes to remember; only holders of the secret are counted.
    private static let mostNodes = 4096

    init(secret: FleetSecret, epoch: String) {
        self.secret = secret
        self.epoch = epoch
    }

    /// Accepts the requests of members of another coordinator from now on.
    mutating func follow(_ epoch: String) {
        guard epoch != self.epoch else { return }
        self.epoch = epoch
        windows = [:]
    }

    mutating func check(_ request: ServerRequest) -> Verdict {
        guard let (stamp, code) = RequestStamp.read(request) else { return .unauthenticated }
        let target = request.path + (request.query.map { "?" + $0 } ?? "")
        guard secret.isValid(code, "request", over: stamp.signed(method: request.method, target: target, body: request.body)) else {
            return .unauthenticated
        }
        if stamp.epoch.isEmpty {
            // A hello changes nothing, and its answer is no secret.
            let isNew = request.path == FleetRequestHandler.hello || Self.take(stamp, &unjoinedWindows)
            return isNew ? .hello(code: code) : .stale(code: code)
        }
        guard stamp.epoch == epoch, Self.take(stamp, &windows) else { return .stale(code: code) }
        return .member(node: stamp.node, code: code)
    }

    /// - Returns: whether the stamp is new.
    private static func take(_ stamp: RequestStamp, _ windows: inout [String: ReplayWindow]) -> Bool {
        guard windows[stamp.node] != nil || windows.count < mostNodes else { return false }
        return windows[stamp.node, default: ReplayWindow()].take(stamp.counter)
    }

    /// Adds the answer's code as a header field.
    static func sign(_ answer: ServerAnswer, requestCode: [UInt8], _ secret: FleetSecret) -> ServerAnswer {
        var signed = answer
        let bytes = RequestStamp.signedAnswer(requestCode: requestCode, status: answer.status, body: answer.body)
        signed.headers.append((RequestStamp.codeField, secret.code("answer", over: bytes).hexadecimal))
        return signed
    }
}
