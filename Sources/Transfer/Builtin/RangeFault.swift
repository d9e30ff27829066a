import FetchTypes
import ModelSources
import Partials

/// What the fault of one connection means for the others of the same file.
enum RangeFault {
    /// Whether the host, or the source when it was asked for a new link, says no.
    static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case TransferFault.refused(let status, _, _): [401, 403, 410].contains(status)
        case let failure as Failure: failure.code == .notAllowed
        default: false
        }
    }

    /// Whether a fault may be one connection's own: a crowded or shaky host, while others still get bytes.
    static func othersMayGoOn(after error: any Error) -> Bool {
        switch error {
        case TransferFault.network(let fault): fault.kind != .tls && fault.kind != .forbiddenAddress
        // A host that names a time is given it, by all connections.
        case TransferFault.refused(let status, let retryAfter, _):
            (status == 408 || status == 429 || status >= 500) && (retryAfter ?? 0) < 1
        case TransferFault.stalled: true
        default: false
        }
    }
}
