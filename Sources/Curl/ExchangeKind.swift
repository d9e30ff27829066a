/// What an exchange is for, as far as libcurl has to know it.
enum ExchangeKind: Sendable {
    /// A small answer that is wanted whole.
    case answer
    /// Bytes of a file.
    case file(over: ConnectionLane.Path)

    /// Bytes read at once; nil: libcurl's own 16 KiB.
    /// - Parameter rate: the ceiling in bytes per second, if there is one.
    func bufferSize(_ rate: Int64?) -> Int? {
        switch self {
        case .answer: nil
        // There are more than a hundred of them at once.
        case .file(.stream): 64 << 10
        // 512 KiB reads halve the time of the default; under a rate limit a twentieth of a second's worth.
        case .file: rate.map { Int(min(512 << 10, max(16 << 10, $0 / 20))) } ?? 512 << 10
        }
    }
}
