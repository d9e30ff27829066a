import Synchronization

/// What a transfer has done so far: written by engines, sampled by the display.
package final class TransferMeter: Sendable {
    private let received = Atomic<Int64>(0)
    private let fetched = Atomic<Int64>(0)
    private let open = Atomic<Int>(0)
    /// What counts everything that this one counts, too.
    private let whole: TransferMeter?

    /// - Parameter whole: the meter of the file that this one measures a part of.
    package init(partOf whole: TransferMeter? = nil) { self.whole = whole }

    /// Bytes of the file that are there, those of an earlier run and of unfinished pieces included.
    package var receivedBytes: Int64 { received.load(ordering: .relaxed) }
    /// Bytes that came over the network in this run.
    package var fetchedBytes: Int64 { fetched.load(ordering: .relaxed) }
    /// Connections at work now.
    package var connections: Int { open.load(ordering: .relaxed) }

    /// Bytes arrived and were written.
    /// - Parameter isRepeat: they were fetched before, or are being fetched elsewhere.
    package func add(_ count: Int, isRepeat: Bool = false) {
        if !isRepeat { received.wrappingAdd(Int64(count), ordering: .relaxed) }
        fetched.wrappingAdd(Int64(count), ordering: .relaxed)
        whole?.add(count, isRepeat: isRepeat)
    }

    /// Sets what is there; what exceeds the last value has been fetched unless told otherwise.
    package func set(received bytes: Int64, countingAsFetched: Bool = false) {
        let before = received.exchange(bytes, ordering: .relaxed)
        if countingAsFetched, bytes > before { fetched.wrappingAdd(bytes - before, ordering: .relaxed) }
    }

    package func connectionOpened() {
        open.wrappingAdd(1, ordering: .relaxed)
        whole?.connectionOpened()
    }

    package func connectionClosed() {
        open.wrappingSubtract(1, ordering: .relaxed)
        whole?.connectionClosed()
    }

    package func set(connections: Int) { open.store(connections, ordering: .relaxed) }
}
