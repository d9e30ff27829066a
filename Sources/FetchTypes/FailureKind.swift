/// The kinds of failure that events name; the raw values are public interface.
package enum FailureKind: String, Sendable, CaseIterable {
    case usage, gated, region, unreachable, tls, proxy, server, checksum, size, io, exists, permission, locked, config, interrupted
    case notFound = "not_found"
    case needsLogin = "needs_login"
    case tokenRejected = "token_rejected"
    case earlyAccess = "early_access"
    case rateLimited = "rate_limited"
    case notAModel = "not_a_model"
    case diskFull = "disk_full"

    /// The exit code that this kind usually means; ``Failure`` may carry another.
    package var exitCode: ExitCode {
        switch self {
        case .usage: .usage
        case .checksum, .size, .notAModel: .wrongData
        case .notFound: .notFound
        case .unreachable, .tls, .proxy: .unavailable
        case .exists, .permission: .cannotCreate
        case .io, .diskFull: .inputOutput
        case .server, .rateLimited, .locked: .temporary
        case .gated, .needsLogin, .tokenRejected, .earlyAccess, .region: .notAllowed
        case .config: .configuration
        case .interrupted: .interrupted
        }
    }
}
