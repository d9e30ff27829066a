package import FetchTypes

extension WgetLine {
    /// Of several, the lowest above 1.
    package static func exitCode(_ failures: [Failure?]) -> Int32 {
        let codes = failures.compactMap { $0.map(code) }
        if let signal = codes.first(where: { $0 > 128 }) { return signal }
        return codes.filter { $0 > 1 }.min() ?? codes.first ?? 0
    }

    /// The numbers are those of wget's manual, under EXIT STATUS.
    private static func code(_ failure: Failure) -> Int32 {
        if let signal = failure.signalCode { return signal }
        if let status = failure.metStatus { return status == 401 || status == 407 ? 6 : 8 }
        switch failure.fault {
        case .tls: return 5
        case .some: return 4
        case nil: break
        }
        switch failure.kind {
        case .tls: return 5
        case .unreachable, .proxy: return 4
        case .io, .diskFull, .permission: return 3
        case .server: return 8
        default: return 1
        }
    }
}
