/// Serves a ``SegmentTable`` to the members: passes it the time, and holds requests for events until there is one.
actor Coordinator {
    /// This coordinator's random name.
    nonisolated let epoch: String
    private var table: SegmentTable
    private let started = ContinuousClock.now
    private var clock = TableClock()
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiting = 0
    /// How many events were delivered to each member.
    private var delivered: [String: Int] = [:]

    /// How long a request for events is held.
    static let longestWait = Duration.seconds(5)

    /// - Parameter isSuccessor: whether members of an earlier coordinator report what they have before a claim is granted.
    init(manifest: FleetManifest, isSuccessor: Bool) {
        epoch = RequestStamp.randomName()
        table = SegmentTable(manifest: manifest)
        if isSuccessor { table.holdClaims(now: .zero) }
    }

    /// The table's time. After a pause of this process the members report what they have got meanwhile, before a claim is granted.
    private func readClock() -> Duration {
        let (now, hasPaused) = clock.read(.now - started)
        if hasPaused { table.holdClaims(now: now) }
        return now
    }

    func handle(_ message: FleetMessage, from process: String) -> FleetReply {
        let before = table.events.count
        let reply = table.handle(message, from: process, now: readClock())
        if table.events.count > before { wakeAll() }
        return reply
    }

    /// Ends claims and members that timed out; called every second.
    func tick() {
        let before = table.events.count
        table.tick(now: readClock())
        if table.events.count > before { wakeAll() }
    }

    /// The events from a number on; waits for the next one where there is none yet.
    func events(since first: Int, for process: String) async -> FleetEventPage {
        if first >= table.events.count { await waitForEvent() }
        let start = min(max(0, first), table.events.count)
        let end = min(table.events.count, start + FleetEventPage.most)
        delivered[process] = end
        return FleetEventPage(events: Array(table.events[start..<end]), next: end)
    }

    /// Whether the other members need this coordinator no more: all events were delivered to each that is alive, and once all are done,
    /// each has asked for the figures and left.
    func isDispensable(for own: String) -> Bool {
        table.nodes.values.allSatisfy {
            !$0.isAlive || $0.process == own || !table.isAllDone && delivered[$0.process] ?? 0 >= table.events.count
        }
    }

    /// The progress of the whole fleet.
    var status: FleetStatus { table.status }

    private func waitForEvent() async {
        lastWaiting += 1
        let number = lastWaiting
        let alarm = Task {
            try? await Task.sleep(for: Self.longestWait)
            self.wake(number)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A cancellation before this point has called `wake` already.
                if Task.isCancelled { return continuation.resume() }
                waiting[number] = continuation
            }
        } onCancel: {
            Task { await self.wake(number) }
        }
        alarm.cancel()
    }

    private func wake(_ number: Int) { waiting.removeValue(forKey: number)?.resume() }

    private func wakeAll() {
        for continuation in waiting.values { continuation.resume() }
        waiting = [:]
    }

    /// Ends all held requests, because another member coordinates.
    func retire() { wakeAll() }
}
