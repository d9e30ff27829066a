import Transfer

/// Which files of a batch are fetched next: large ones a few at once, small ones as many as hosts take requests, and some more.
///
/// A small file is over in a round trip or two, so that waiting for one before asking for the next leaves the line empty.
struct TransferSchedule {
    private var large: [Int] = []
    private var small: [Int] = []
    private let jobs: Int
    private var runningLarge = 0
    private var runningSmall = 0

    /// - Parameters:
    ///   - sizes: of the files, in the order in which they are wanted; nil where a size is not known, which counts as large.
    ///   - jobs: large files at once.
    init(sizes: [Int64?], jobs: Int) {
        self.jobs = max(1, jobs)
        // The next one is last.
        for index in sizes.indices.reversed() {
            if SmallFiles.include(sizes[index]) { small.append(index) } else { large.append(index) }
        }
    }

    /// Large files that are under way or about to be: the first ones must not take all connections.
    var crowd: Int { min(jobs, runningLarge + large.count) }

    /// The files to start now; they count as running.
    /// - Parameter smallFiles: how many may be under way now, half as many beside large ones.
    mutating func start(smallFiles: Int) -> [Int] {
        var started: [Int] = []
        while runningLarge < jobs, let next = large.popLast() {
            runningLarge += 1
            started.append(next)
        }
        let room = max(1, runningLarge > 0 ? smallFiles / 2 : smallFiles)
        while runningSmall < room, let next = small.popLast() {
            runningSmall += 1
            started.append(next)
        }
        return started
    }

    /// One that was started has ended, however it did.
    mutating func end(isSmall: Bool) {
        if isSmall { runningSmall -= 1 } else { runningLarge -= 1 }
    }
}
