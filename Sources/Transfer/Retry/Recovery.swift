import Events
import FetchTypes
import ModelSources
import Partials
import Storage

/// What to do about a fault: the one place where that is decided, and a pure one.
enum Recovery: Sendable {
    /// It will not get better.
    case fail(Failure)
    /// Ask the source for a new link.
    case renew(reason: String)
    /// Wait and try again. `asked` is what the server wants; without it the back-off decides, and the try counts.
    case retry(reason: Event.WaitReason, asked: Seconds?, failure: Failure)
    /// What is there belongs to something else, or cannot be added to.
    case startOver(why: String)
    /// This engine cannot fetch this file. No reason: the user was told.
    case useBuiltin(reason: String?)

    /// - Parameters:
    ///   - linkIsFresh: the link was just made and served nothing: a new one would fail too.
    ///   - sizeIsPublished: the source itself says how large the file is.
    static func from(_ error: any Error, file: PlannedFile, engine: EngineName, linkIsFresh: Bool, sizeIsPublished: Bool) -> Recovery {
        switch error {
        case let failure as Failure: return .fail(failure)
        case let fault as IOFault: return .fail(fault.failure)
        case let refusal as TransientRefusal:
            let reason: Event.WaitReason = refusal.failure.kind == .rateLimited ? .rateLimited : .server
            return .retry(reason: reason, asked: refusal.retryAfter, failure: refusal.failure)
        case let fault as TransportFault: return network(fault, file)
        case let fault as TransferFault:
            return transfer(fault, file: file, engine: engine, linkIsFresh: linkIsFresh, sizeIsPublished: sizeIsPublished)
        default: return .fail(Failure(.io, "\(file.shown) could not be fetched: \(error)."))
        }
    }

    /// What came instead of the file, where another answer may be the file after all: one server of many is at fault, or a link's
    /// quota. Such a fault is the end only when it comes again by another link.
    static func mayBePassing(_ error: any Error) -> String? {
        switch error {
        case TransferFault.page(let host): "\(host) sent a web page"
        case TransferFault.coded(let coding, let host): "\(host) sent it packed as \(coding.prefix(20))"
        default: nil
        }
    }

    /// Whether a server answered that it does not serve now, and did not say that it merely has too many to serve.
    static func isPlainRefusal(_ error: any Error) -> Bool {
        switch error {
        case let refusal as TransientRefusal: refusal.isPlain
        case TransferFault.refused(let status, let retryAfter, _): status != 429 || retryAfter == nil
        default: false
        }
    }

    private static func transfer(
        _ fault: TransferFault, file: PlannedFile, engine: EngineName, linkIsFresh: Bool, sizeIsPublished: Bool
    ) -> Recovery {
        switch fault {
        case .network(let fault): return network(fault, file)
        case .refused(let status, let retryAfter, let host):
            return refused(status, retryAfter: retryAfter, host: host, file: file, engine: engine, linkIsFresh: linkIsFresh)
        case .changed(let why): return .startOver(why: why)
        case .rangesIgnored: return .startOver(why: "the server gives only the whole file")
        case .wrongSize(let expected, let got):
            guard sizeIsPublished else { return .startOver(why: "the source now offers \(got) bytes, not \(expected)") }
            return .fail(
                Failure(
                    .size, "\(file.shown) has the wrong size: \(got) bytes come where \(expected) are published.",
                    why: "the source's storage holds something else than it says.", hint: "tell its publisher, or try again later."))
        case .coded(let coding, let host):
            return .fail(
                Failure(
                    .notAModel, "\(host) sends \(file.shown) packed as \(coding.prefix(20)), not the file itself.",
                    why: "it was asked for the plain bytes.", hint: "give another link to the file."))
        case .page(let host): return .fail(ContentCheck.failure("it is an HTML page", host: host))
        case .protocolViolation(let what) where engine == .aria2: return .useBuiltin(reason: what)
        case .protocolViolation(let what):
            return .retry(reason: .server, asked: nil, failure: unserved(file, "the server's answers make no sense: \(what)."))
        case .stalled(let host):
            return .retry(reason: .stalled, asked: nil, failure: unserved(file, "nothing more came from \(host)."))
        case .engineLost(let why): return .useBuiltin(reason: why)
        case .engineLeft: return .useBuiltin(reason: nil)
        }
    }

    private static func refused(
        _ status: Int, retryAfter: Seconds?, host: String, file: PlannedFile, engine: EngineName, linkIsFresh: Bool
    ) -> Recovery {
        switch status {
        case 401, 403, 404, 410:
            if !linkIsFresh { return .renew(reason: "\(host) answered \(status)") }
            // Some storage refuses aria2 where it serves others.
            if engine == .aria2 { return .useBuiltin(reason: "\(host) answered \(status) to aria2c") }
            if status == 404 || status == 410 {
                return .fail(
                    Failure(
                        .notFound, "\(host) no longer has \(file.shown).", why: "it answered \(status) to a fresh link.",
                        hint: "look whether the file is still published."))
            }
            return .fail(
                Failure(
                    .needsLogin, "\(host) refused \(file.shown), with a fresh link too.", why: "it answered \(status).",
                    hint: "open the page in a browser to see whether it asks for a login, or try again later."))
        case 408, 429, 500...599:
            let kind: FailureKind = status == 429 ? .rateLimited : .server
            let failure = Failure(
                kind, "\(host) did not serve \(file.shown).", why: "it answers \(status) to every try.",
                hint: "run the same command again later: it resumes.")
            return .retry(reason: status == 429 ? .rateLimited : .server, asked: retryAfter, failure: failure)
        case 400 where linkIsFresh && file.source == .huggingFace && (file.file.size ?? 0) > largestOverHTTP:
            return .fail(
                Failure(
                    .usage, "\(file.shown) is too large for the Hub's HTTP download: \(ByteSize.text(file.file.size ?? 0)).",
                    why: "\(host) answered 400, as it does for files over 400 GB; those come through the Xet protocol only.",
                    hint: "fetch this one with: hf download (pip install huggingface_hub)", code: .unavailable))
        case 416: return .startOver(why: "the source no longer has as many bytes as before")
        default:
            if !linkIsFresh { return .renew(reason: "\(host) answered \(status)") }
            return .fail(
                Failure(
                    .server, "\(host) refused \(file.shown).", why: "it answered \(status), with a fresh link too.",
                    hint: "try again later; if it stays so, the link or the file is no longer good."))
        }
    }

    /// Bytes that the Hub serves over plain HTTP at least; files over 400 GB were seen refused with 400. Some room is left, since
    /// only the Hub knows the exact number.
    private static let largestOverHTTP: Int64 = 300_000_000_000

    private static func network(_ fault: TransportFault, _ file: PlannedFile) -> Recovery {
        switch fault.kind {
        case .tls, .forbiddenAddress: return .fail(fault.failure)
        case .malformed: return .retry(reason: .server, asked: nil, failure: fault.failure)
        default: return .retry(reason: fault.kind.waitReason, asked: nil, failure: fault.failure)
        }
    }

    private static func unserved(_ file: PlannedFile, _ why: String) -> Failure {
        Failure(
            .server, "\(file.shown) could not be fetched whole.", why: why, hint: "run the same command again: it resumes.")
    }
}

extension TransientRefusal {
    /// The server has not limited our rate with a time after which to try again.
    package var isPlain: Bool { failure.kind != .rateLimited || retryAfter == nil }
}
