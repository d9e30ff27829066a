package import FetchTypes

extension Aria2Line {
    /// aria2 ends with the code of the last error that it met.
    package static func exitCode(_ failures: [Failure?]) -> Int32 { failures.compactMap(\.self).last.map(code) ?? 0 }

    /// The numbers are those of aria2's manual, under EXIT STATUS.
    private static func code(_ failure: Failure) -> Int32 {
        if failure.kind == .interrupted { return 7 }
        switch failure.metStatus {
        case 404: return 3
        case 401: return 24
        case 503: return 29
        case 504: return 2
        case .some: return 22
        case nil: break
        }
        if failure.cannotResume { return 8 }
        switch failure.fault {
        case .nameResolution: return 19
        case .timeout: return 2
        case .some: return 1
        case nil: break
        }
        switch failure.kind {
        case .exists: return 13
        case .permission: return 18
        case .diskFull: return 9
        case .io: return 16
        case .checksum: return 32
        case .usage, .config: return usageCode
        case .server: return 22
        default: return 1
        }
    }
}
