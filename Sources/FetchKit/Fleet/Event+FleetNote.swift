import Events
import Fleet

extension Event {
    /// The event for a note of a fleet's member.
    init(_ note: FleetNote) {
        switch note {
        case .joined(let rank, let size, let coordinator): self = .fleet(.joined(rank: rank, size: size, coordinator: coordinator))
        case .coordinator(let rank, let address): self = .fleet(.coordinator(rank: rank, address: address))
        case .gone(let rank): self = .fleet(.gone(rank: rank))
        case .warning(let kind, let message): self = .warning(nil, kind: kind, message: message)
        case .status(let it):
            self = .fleet(
                .progress(
                    FleetProgress(present: it.present, size: it.size, originCopies: it.originCopies, peerRate: it.counts.peerRate)))
        case .done(let own, let fleet):
            self = .fleet(.done(origin: own.origin, peers: own.peers, uploaded: own.uploaded, originCopies: fleet.originCopies))
        }
    }
}
