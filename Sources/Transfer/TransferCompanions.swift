import Events
import Partials
import Storage

/// What goes on beside a transfer: hashing that follows it, the record that is kept true, progress that is told.
struct TransferCompanions: Sendable {
    let planned: PlannedFile
    let partial: Partial
    /// Nil when hashing is switched off.
    let digest: IncrementalHasher?
    let meter: TransferMeter
    let emit: EventSink

    private static let progressEvery = Duration.milliseconds(250)
    private static let hashEvery = Duration.milliseconds(10)
    /// How far hashing may fall behind what it could hash, in bytes: the file is not there before it is hashed, and what
    /// was written last is still in memory.
    private static let longestLag: Int64 = 128 << 20
    private static let paceEvery = Duration.milliseconds(5)

    /// Runs the transfer with its companions; they end with it, however it ends.
    func accompany(_ transfer: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await RecordSaver(partial: partial).run() }
            group.addTask { await tellProgress() }
            // A small file is hashed at its end: a hundred of them would look for new bytes ten thousand times a second.
            if let digest, !SmallFiles.include(partial.size) { group.addTask { await follow(digest) } }
            try await transfer()
        }
        try? partial.save()
        tell(SpeedGauge())
    }

    private func tellProgress() async {
        var gauge = SpeedGauge()
        let start = ContinuousClock.now
        gauge.add(time: 0, bytes: meter.fetchedBytes)
        while (try? await Task.sleep(for: Self.progressEvery)) != nil {
            gauge.add(time: (ContinuousClock.now - start) / .seconds(1), bytes: meter.fetchedBytes)
            tell(gauge)
        }
    }

    private func tell(_ gauge: SpeedGauge) {
        let received = meter.receivedBytes
        let size = partial.size
        let eta = size.flatMap { gauge.rate > 0 ? Double(max(0, $0 - received)) / gauge.rate : nil }
        emit(
            .progress(
                planned.tag, Event.Progress(received: received, size: size, rate: gauge.rate, eta: eta, connections: meter.connections)))
    }

    private func follow(_ digest: IncrementalHasher) async {
        while !Task.isCancelled {
            let before = digest.position
            // A read that fails here fails again, and is reported, when the whole is verified.
            try? await digest.advance(to: partial.contiguousBytes, in: partial.file)
            if digest.position == before { try? await Task.sleep(for: Self.hashEvery) }
        }
    }

    /// Holds the transfer back while hashing needs the processor more: on a line that is quicker than it, both would
    /// otherwise share the cores until all has come, and hashing would go on alone.
    func keepPace() async {
        guard let digest else { return }
        var position = digest.position
        var moved = ContinuousClock.now
        while partial.contiguousBytes - digest.position > Self.longestLag, (try? await Task.sleep(for: Self.paceEvery)) != nil {
            let now = ContinuousClock.now
            if digest.position != position { (position, moved) = (digest.position, now) }
            // Hashing that pauses is no reason to pause too.
            if now - moved > .seconds(1) { return }
        }
    }
}
