/// Decides how many connections a file gets: few at first, more while more of them bring more.
struct ConnectionGrowth {
    private(set) var target: Int
    private let ceiling: Int
    /// Bytes per second when the number was last raised.
    private var rateAtGrowth: Double = 0
    private var isSettled = false

    static let start = 4

    init(ceiling: Int) {
        self.ceiling = max(1, ceiling)
        target = min(Self.start, self.ceiling)
    }

    /// Called now and then with the rate since the last call, in bytes per second.
    mutating func observe(rate: Double, working: Int) {
        guard !isSettled, working >= target, target < ceiling, rate > 0 else { return }
        // A tenth more for twice the connections is not worth the next doubling.
        if rate > rateAtGrowth * 1.1 {
            rateAtGrowth = rate
            target = min(target * 2, ceiling)
        } else {
            isSettled = true
        }
    }

    /// The host pushed back: go on with half, and stay there.
    mutating func shrink(working: Int) {
        isSettled = true
        target = max(1, min(target, working / 2))
    }
}
