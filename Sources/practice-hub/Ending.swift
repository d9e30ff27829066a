import Dispatch
import Foundation

/// The moment at which the command is told to end: SIGTERM, SIGINT, or the end of its standard input.
struct Ending {
    private let moments: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// Takes over both signals from now on.
    init(untilStdinCloses: Bool) {
        let (moments, continuation) = AsyncStream.makeStream(of: Void.self)
        self.moments = moments
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
        guard untilStdinCloses else { return }
        // Blocking reads need a thread of their own.
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            continuation.yield()
        }
    }

    func wait() async {
        for await _ in moments { break }
    }
}
