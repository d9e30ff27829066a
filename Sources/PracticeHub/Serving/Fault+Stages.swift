import Foundation

extension Fault {
    /// Whether the fault changes the request or takes the answer's place, rather than changing an answer.
    private var comesFirst: Bool {
        switch kind {
        case .status, .html, .noAnswer, .refuseWantDigest, .expireNow, .replaced, .ignoreRange, .rangeOffByOne, .rangeTooShort: true
        case .drop, .reset, .stall, .slow, .wrongBytes, .shiftedBytes, .mixed, .lengthTooShort, .lengthTooLong, .noLength, .gzip: false
        }
    }

    /// Whether the fault is of the first stage and has something to act on in this request.
    func acts(on request: HubRequest, lastLink: UInt32) -> Bool {
        guard comesFirst else { return false }
        switch kind {
        case .ignoreRange, .rangeOffByOne, .rangeTooShort: return request.header("Range") != nil
        case .refuseWantDigest: return request.header("Want-Digest") != nil
        case .expireNow: return request.server == .cdn && LinkSigner.number(of: request).map { $0 <= lastLink } ?? false
        default: return true
        }
    }

    /// Whether the fault is of the second stage and has something to act on in this answer.
    func acts(on reply: Reply, to request: HubRequest) -> Bool {
        guard !comesFirst, reply.body.count > 0, request.method != "HEAD" else { return false }
        switch (kind, reply.body) {
        case (.drop, _), (.reset, _): return after.map { $0 < reply.body.count } ?? true
        case (.stall, _): return (after ?? 0) < reply.body.count
        case (.slow, _): return true
        case (_, .data): return false
        case (.wrongBytes, .file(let file, let range)): return range.contains(offset ?? file.size / 2)
        case (.shiftedBytes, .file): return reply.status == 206
        case (_, .file): return true
        }
    }

    /// The answer in place of the usual one; nil when the fault only changes the request.
    func substitute(for request: inout HubRequest) -> Reply? {
        switch kind {
        case .status:
            var reply = Reply.text(body ?? "practice fault\n", status: status ?? 503)
            for (name, value) in headers ?? [:] { reply.setHeader(name, value) }
            return reply
        case .html: return .html("Just a moment...")
        case .noAnswer:
            var reply = Reply(0)
            reply.delivery.isSilent = true
            return reply
        case .refuseWantDigest: return .xml(403, code: "AccessDenied", message: "Access Denied")
        case .expireNow: return LinkSigner.expired
        case .replaced: request.usesReplacedContent = true
        case .ignoreRange: request.ignoresRange = true
        case .rangeOffByOne: request.shiftsRange = true
        case .rangeTooShort: request.shortensRange = true
        default: break
        }
        return nil
    }

    /// Changes how an answer is delivered.
    func change(_ reply: inout Reply) {
        switch kind {
        case .drop, .reset:
            reply.delivery.closeAfter = after ?? reply.body.count / 2
            reply.delivery.resets = kind == .reset
        case .stall: reply.delivery.stallAfter = after ?? 0
        case .slow: reply.delivery.bytesPerSecond = bytesPerSecond ?? 65536
        case .wrongBytes:
            guard case .file(let file, _) = reply.body else { return }
            reply.delivery.flippedByte = offset ?? file.size / 2
        case .shiftedBytes: reply.delivery.shift = 1
        case .mixed: reply.delivery.replacedFrom = after ?? reply.body.count / 2
        case .gzip:
            guard case .file(let file, _) = reply.body else { return }
            reply.status = 200
            reply.headers.removeAll { $0.name == "Content-Range" }
            reply.setHeader("Content-Encoding", "gzip")
            reply.body = .data(Gzip.stored(file.data))
            reply.delivery.isChunked = true
        case .lengthTooShort: reply.delivery.lengthError = -min(after ?? 1, reply.body.count)
        case .lengthTooLong: reply.delivery.lengthError = after ?? 1
        case .noLength: reply.delivery.isChunked = true
        default: break
        }
    }
}
