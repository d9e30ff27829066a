package import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a call to aria2c has no result.
package enum Aria2RPCFault: Error, Sendable, CustomStringConvertible {
    /// There is no connection, or it broke: aria2c is gone, or about to be.
    case dead(TransportFault)
    /// No answer came within so many seconds: whether aria2c does what it was asked is not known.
    case timedOut(seconds: Double)
    /// The calling task was cancelled: whether aria2c does what it was asked is not known.
    case cancelled
    /// It answered that it will not: aria2's code is always 1, the message tells the cases apart.
    case refused(code: Int, message: String)
    /// The answer is none that this call can have.
    case protocolViolation(String)

    package var description: String {
        switch self {
        case .dead(let fault): "aria2c does not answer: \(fault.detail)"
        case .timedOut(let seconds): "aria2c did not answer within \(Int(seconds.rounded())) s"
        case .cancelled: "the call to aria2c was cancelled"
        case .refused(_, let message): "aria2c refused: \(message)"
        case .protocolViolation(let detail): "aria2c's answer makes no sense: \(detail)"
        }
    }

    /// Whether the job is not known (any more): it was removed, or aria2c is another one.
    package var isUnknownJob: Bool {
        if case .refused(_, let message) = self { message.hasPrefix("GID") && message.hasSuffix("is not found") } else { false }
    }
}

/// JSON-RPC 2.0 calls to an aria2c on 127.0.0.1.
package struct Aria2RPC: Sendable {
    /// Seconds within which a call is answered, or the aria2c counts as hung. It has one thread and may wait for a disk: 0.4 s
    /// was measured at most.
    package static let silenceLimit = 10.0

    /// Seconds that a call may take.
    private var limit = Self.silenceLimit
    private let url: WebURL
    private let secret: Secret
    private let send: HTTPSend

    /// - Parameter send: connects to loopback, past any proxy, and follows no redirect.
    package init(port: UInt16, secret: Secret, send: @escaping HTTPSend) {
        url = WebURL("http://127.0.0.1:\(port)/jsonrpc")!
        self.secret = secret
        self.send = send
    }

    /// The same calls, each given up after so many seconds.
    package func limited(to seconds: Double) -> Self {
        var limited = self
        limited.limit = max(0.01, seconds)
        return limited
    }

    /// The first parameter of every call.
    var token: RPCValue { .string("token:" + secret.reveal()) }

    /// Calls one method with the token before its parameters.
    func call<Result: Decodable>(_ method: String, _ parameters: [RPCValue] = []) async throws(Aria2RPCFault) -> Result {
        try await exchange(method, [token] + parameters)
    }

    /// Calls one method with exactly these parameters.
    func exchange<Result: Decodable>(_ method: String, _ parameters: [RPCValue]) async throws(Aria2RPCFault) -> Result {
        let reply: RPCReply<Result> = try await post(RPCRequest(method: method, params: parameters))
        if let refusal = reply.error { throw .refused(refusal) }
        guard let result = reply.result else { throw .protocolViolation("\(method): neither a result nor an error") }
        return result
    }

    private func post<Reply: Decodable>(_ message: RPCRequest) async throws(Aria2RPCFault) -> Reply {
        let response: HTTPResponse
        let start = ContinuousClock.now
        do {
            let body = [UInt8](try JSONEncoder().encode(message))
            response = try await send(
                HTTPRequest(
                    .post, url, headers: [("Content-Type", "application/json")], body: body,
                    timeout: Seconds(clamping: limit)))
        } catch let fault as TransportFault where fault.kind == .cancelled {
            throw .cancelled
        } catch let fault as TransportFault {
            // A halted process takes connections until the kernel's queue for them is full, and then none.
            let isLate = fault.kind == .connect && ContinuousClock.now - start >= .seconds(limit)
            if fault.kind == .timeout || isLate { throw .timedOut(seconds: limit) }
            throw .dead(fault)
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .dead(TransportFault(.malformed, host: url.host, detail: "\(type(of: error))"))
        }
        do {
            // A refusal comes with status 400 and is JSON as well, so the status tells nothing more.
            return try JSONDecoder().decode(Reply.self, from: Data(response.body))
        } catch {
            // Not the decoder's words: they may quote what the answer holds.
            throw .protocolViolation("\(message.method): HTTP status \(response.status), \(response.body.count) bytes")
        }
    }
}

extension Aria2RPCFault {
    static func refused(_ refusal: RPCRefusal) -> Self {
        // Its words may quote a URL with its signature.
        .refused(code: refusal.code, message: OutputTail.cleaned(refusal.message))
    }
}
