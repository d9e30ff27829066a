import Synchronization

/// Where parts of a file come from: the origin, or a mirror of it.
final class RangeSource: Sendable {
    let links: LinkKeeper
    /// Nil: the origin.
    let mirror: Mirror?
    private let fetched = Atomic<Int64>(0)

    init(_ origin: LinkKeeper) {
        links = origin
        mirror = nil
    }

    init(_ mirror: Mirror) {
        links = mirror.links
        self.mirror = mirror
    }

    /// Bytes that it has served.
    var bytes: Int64 { fetched.load(ordering: .relaxed) }

    func count(_ bytes: Int) { fetched.wrappingAdd(Int64(bytes), ordering: .relaxed) }
}

/// The connections of a file, by source: the next one goes to the source where one more is expected to be the fastest.
struct SourcePool {
    private struct Member {
        let source: RangeSource
        /// Nil until a mirror has given its link.
        var permit: HostConnectionPermit?
        var workers = 0
        var isGone = false
        /// Nothing is asked of it before.
        var restsUntil: ContinuousClock.Instant?
        var bytes: Int64 = 0
        /// Bytes per second, of late; nil before it has been measured.
        var rate: Double?

        var isThere: Bool { permit != nil && !isGone }
    }

    private var members: [Member]

    /// A source that pushed back is left alone for this long, as long as others serve.
    private static let rest = Duration.seconds(5)

    init(origin: RangeSource, permit: HostConnectionPermit, mirrors: [RangeSource]) {
        members = [Member(source: origin, permit: permit)] + mirrors.map { Member(source: $0) }
    }

    /// Connections at work.
    var workers: Int { members.reduce(0) { $0 + $1.workers } }
    /// Sources that serve or may.
    var sources: Int { members.count { $0.isThere } }
    /// A connection works, or a mirror is still being asked for its link.
    var isBusy: Bool { members.contains { $0.workers > 0 || $0.permit == nil && !$0.isGone } }

    /// A mirror is still being asked for its link.
    var isOpening: Bool { members.contains { $0.permit == nil && !$0.isGone } }

    func mirror(_ index: Int) -> Mirror? { members[index].source.mirror }

    /// A mirror has given its link.
    mutating func open(_ index: Int, permit: HostConnectionPermit) { members[index].permit = permit }

    /// Takes a connection from the host's budget, for the source where it is expected to be the fastest: one that is
    /// yet without any, else the quickest for each of its connections.
    mutating func take() -> (Int, RangeSource, HostConnectionPermit)? {
        let now = ContinuousClock.now
        let able = members.indices.filter { members[$0].isThere && (members[$0].restsUntil.map { $0 <= now } ?? true) }
        for index in able.sorted(by: { worth($0) > worth($1) }) {
            guard let permit = members[index].permit, permit.take() == 1 else { continue }
            members[index].workers += 1
            return (index, members[index].source, permit)
        }
        return nil
    }

    private func worth(_ index: Int) -> Double {
        let member = members[index]
        if member.workers == 0 { return .infinity }
        // Not measured yet: one connection must do until it has shown something, unless it is the only source.
        return (member.rate ?? 0) / Double(member.workers + 1)
    }

    /// A worker has ended.
    mutating func gaveBack(_ index: Int) {
        guard members[index].workers > 0 else { return }
        members[index].workers -= 1
        members[index].permit?.giveBack()
    }

    /// Bytes that every source has served in that many seconds.
    mutating func measure(_ seconds: Double) {
        guard seconds > 0 else { return }
        for index in members.indices {
            let bytes = members[index].source.bytes
            let now = Double(bytes - members[index].bytes) / seconds
            members[index].bytes = bytes
            members[index].rate = members[index].rate.map { $0 * 0.7 + now * 0.3 } ?? (now > 0 ? now : nil)
        }
    }

    /// The source pushed back.
    mutating func rest(_ index: Int) {
        if members[index].workers == 0 { members[index].restsUntil = .now + Self.rest }
    }

    /// Whether that fault of a mirror is its end: a broken connection is, when it was the last.
    mutating func loses(_ index: Int, to error: any Error) -> Bool {
        guard !members[index].isGone, members[index].workers == 0 || !RangeFault.othersMayGoOn(after: error) else { return false }
        members[index].isGone = true
        return true
    }

    /// Gives all connections back to the budget.
    mutating func leave() {
        for index in members.indices {
            members[index].permit?.giveBack(members[index].workers)
            members[index].workers = 0
        }
    }
}
