/// Runs a ``SegmentTable`` for the members that ask: gives it the time, and lets those who wait for events wait.
actor Coordinator {
    /// This coordinator's random name.
    nonisolated let epoch: String
    private var table: SegmentTable
    private let started = ContinuousClock.now
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiting = 0
    /// How many events each member has been given.
    private var told: [String: Int] = [:]

    /// How long a request for events waits for one.
    static let longestWait = Duration.seconds(5)

    init(manifest: FleetManifest, opensAt: Duration) {
        epoch = RequestStamp.randomName()
        table = SegmentTable(manifest: manifest, opensAt: opensAt)
    }

    private var now: Duration { .now - started }

    func handle(_ message: FleetMessage, from process: String) -> FleetReply {
        let before = table.events.count
        let reply = table.handle(message, from: process, now: now)
        if table.events.count > before { wakeAll() }
        return reply
    }

    /// Looks for members that have fallen silent; called every second.
    func tick() {
        let before = table.events.count
        table.tick(now: now)
        if table.events.count > before { wakeAll() }
    }

    /// The events from a number on; waits for one where there is none yet.
    func events(since first: Int, for process: String) async -> FleetEvents {
        if first >= table.events.count { await waitForNews() }
        let start = min(max(0, first), table.events.count)
        let end = min(table.events.count, start + FleetEvents.most)
        told[process] = end
        return FleetEvents(events: Array(table.events[start..<end]), next: end)
    }

    /// Whether every other member that lives has been given all events.
    func hasToldAll(but own: String) -> Bool {
        table.nodes.values.allSatisfy { !$0.lives || $0.process == own || told[$0.process] ?? 0 >= table.events.count }
    }

    /// Members that live, and whether another than this process has ever joined.
    var status: FleetStatus { table.status }

    private func waitForNews() async {
        lastWaiting += 1
        let number = lastWaiting
        let alarm = Task {
            try? await Task.sleep(for: Self.longestWait)
            self.wake(number)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancelled before it waits, its waking has come and gone.
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

    /// Ends all waiting: somebody else coordinates.
    func retire() { wakeAll() }
}
