import Fleet
import Transfer

extension FleetDataFault {
    /// What a failed request to the origin means for the fleet.
    init(_ fault: SegmentFault) {
        switch fault {
        case .refused(let seconds): self = .refused(retryAfter: seconds)
        case .lost(let failure): self = .originLost(failure)
        }
    }
}
