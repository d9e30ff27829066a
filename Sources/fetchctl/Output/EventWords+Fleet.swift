import Events
import FetchTypes

extension EventWords {
    /// What a person reads of a fleet. Nil for what is in the progress line.
    static func fleet(_ event: Event.Fleet, verbose: Bool) -> PrintableText? {
        switch event {
        case .joined(let rank, let size, let coordinator): "fleet: rank \(rank) of \(size), coordinated at \(coordinator)."
        case .coordinator(let rank, let address): "fleet: rank \(rank) at \(address) coordinates now."
        case .gone(let rank): "fleet: rank \(rank) is gone."
        case .progress: nil
        case .done(let origin, let peers, let uploaded, let copies):
            """
            fleet: \(ByteSize.text(origin)) from the origin, \(ByteSize.text(peers)) from other nodes, \(ByteSize.text(uploaded)) to them; \
            the origin served \(hundredths(copies)) of 1 copy to all.
            """
        }
    }

    /// The fleet's part of the progress: `fleet 6/8 · origin 0.42 of 1 copy · peers 310 MB/s`.
    static func fleetLine(_ it: Event.FleetProgress) -> String {
        "fleet \(it.present)/\(it.size) · origin \(hundredths(it.originCopies)) of 1 copy · peers \(Int(it.peerRate / 1e6)) MB/s"
    }

    /// `0.42`.
    private static func hundredths(_ number: Double) -> String {
        let whole = Int((min(max(number, 0), 1e6) * 100).rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }
}
