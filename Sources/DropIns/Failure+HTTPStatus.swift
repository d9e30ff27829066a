package import FetchTypes

extension Failure {
    /// The HTTP status that a tool would have met; nil where no answer came, or it was none of the server's.
    package var metStatus: Int? {
        if let status { return status }
        guard fault == nil else { return nil }
        switch kind {
        case .notFound: return 404
        case .needsLogin, .tokenRejected: return 401
        case .gated, .earlyAccess: return 403
        case .region: return 451
        case .rateLimited: return 429
        default: return nil
        }
    }

    /// The shell's answer to a signal, which every tool ends with.
    package var signalCode: Int32? { kind == .interrupted ? code.rawValue : nil }
}
