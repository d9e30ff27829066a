import Fleet
import Transfer

extension FleetDataFault {
    /// What a failed request to the origin means for the fleet.
    init(_ fault: SegmentFault) {
        switch fault {
        case .rateLimited(let seconds): self = .rateLimited(retryAfter: seconds)
        case .lost(let failure): self = .originLost(failure)
        }
    }
}
