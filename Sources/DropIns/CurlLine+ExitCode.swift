package import FetchTypes

extension CurlLine {
    /// curl ends with the code of its last transfer.
    package static func exitCode(_ failures: [Failure?]) -> Int32 {
        if let signal = failures.lazy.compactMap({ $0?.signalCode }).first { return signal }
        return failures.last.flatMap { $0.map(code) } ?? 0
    }

    /// The numbers are those of curl's manual, under EXIT CODES.
    private static func code(_ failure: Failure) -> Int32 {
        if failure.metStatus != nil { return 22 }
        switch failure.fault {
        case .nameResolution: return 6
        case .connect, .proxyConnect, .forbiddenAddress: return 7
        case .tls: return 60
        case .proxyName: return 5
        case .proxyRefusal: return 56
        case .timeout: return 28
        case .cut: return 18
        case .dropped, .cancelled: return 56
        case .malformed: return 1
        case nil: break
        }
        switch failure.kind {
        case .exists, .permission, .io, .diskFull: return 23
        case .size: return 18
        case .usage: return 3
        case .config: return usageCode
        case .tls: return 60
        case .unreachable: return 7
        case .proxy: return 56
        default: return 22
        }
    }
}
