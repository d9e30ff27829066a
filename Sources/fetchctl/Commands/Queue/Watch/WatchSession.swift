import FetchTypes
import Queue
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `fetchctl watch` on a terminal: keys and news go into the model, its drawing onto the screen.
struct WatchSession {
    private enum Input: Sendable {
        case typed([UInt8])
        /// Nothing has been typed for a moment since that many keys' bytes.
        case quiet(Int)
        /// Standard input is at its end.
        case closed
        case news(WatchReader.News)
        case told(PrintableText)
        case resized
        /// Another program has used the terminal in between.
        case back
    }

    private let store: QueueStore
    private let context: Context
    private let first: WatchModel
    private let screen = AlternateScreen()
    private let inputs: AsyncStream<Input>
    private let feed: AsyncStream<Input>.Continuation

    init(_ store: QueueStore, _ context: Context, _ model: WatchModel) {
        (self.store, self.context, first) = (store, context, model)
        (inputs, feed) = AsyncStream.makeStream()
    }

    /// The job whose log is wanted, for whoever reads.
    private final class Wanted: Sendable { let log = Mutex<JobNumber?>(nil) }

    /// Runs until a key ends it.
    /// - Returns: the exit code.
    func run() async -> Int32 {
        listenToSignals()
        screen.enter()
        defer { screen.leave() }
        SystemThread.startDetached { [feed] in
            while let bytes = KeyReader.read() { feed.yield(.typed(bytes)) }
            feed.yield(.closed)
        }
        let wanted = Wanted()
        let reading = Task { await self.read(wanted) }
        defer { reading.cancel() }
        var model = first
        var drawing = WatchDrawing(hasColor: context.environment["NO_COLOR", default: ""].isEmpty)
        var pending: [UInt8] = []
        var typed = 0
        screen.draw(drawing.update(to: WatchScreen(model).lines))
        for await input in inputs {
            switch input {
            case .typed(let bytes):
                pending += bytes
                typed += 1
                if !press(TerminalKey.decode(&pending), &model, wanted) { return 0 }
                if !pending.isEmpty { waitForQuiet(typed) }
            case .quiet(let count):
                // The bytes of an escape sequence arrive together; an escape byte alone is the Escape key.
                if count == typed, !press(TerminalKey.decode(&pending, isComplete: true), &model, wanted) { return 0 }
            case .closed: return 0
            case .news(let news):
                model.take(news.report, targets: news.targets, log: news.log)
                if let problem = news.problems.first, model.message.isEmpty { model.tell("warning: \(problem.message)") }
            case .told(let text): model.tell(text)
            case .resized: if let size = Terminal.size(of: STDOUT_FILENO) { model.resize(columns: size.columns, rows: size.rows) }
            case .back: break
            }
            if case .back = input { drawing.forget() }
            if case .resized = input { drawing.forget() }
            screen.draw(drawing.update(to: WatchScreen(model).lines))
        }
        return 0
    }

    /// - Returns: false where a key ends it.
    private func press(_ keys: [TerminalKey], _ model: inout WatchModel, _ wanted: Wanted) -> Bool {
        for key in keys {
            for wish in model.press(key) {
                if wish == .leave { return false }
                perform(wish, wanted)
            }
        }
        let job = model.detailed
        if wanted.log.withLock({ log in
            defer { log = job }
            return log != job
        }) {
            feed.yield(.news(WatchReader(store).read(logOf: job)))
        }
        return true
    }

    private func perform(_ wish: WatchWish, _ wanted: Wanted) {
        let actions = WatchActions(store: store, context: context)
        Task { [store, feed] in
            let said = await actions.perform(wish)
            if !said.isEmpty { feed.yield(.told(said)) }
            feed.yield(.news(WatchReader(store).read(logOf: wanted.log.withLock { $0 })))
        }
    }

    private func waitForQuiet(_ typed: Int) {
        Task { [feed] in
            try? await Task.sleep(for: .milliseconds(60))
            feed.yield(.quiet(typed))
        }
    }

    /// Reads the queue repeatedly, and starts a worker where one is needed.
    private func read(_ wanted: Wanted) async {
        let reader = WatchReader(store)
        let worker = QueueWorker(store, context) { [feed] text in feed.yield(.told(text.lines[0])) }
        var looks = 0
        while !Task.isCancelled {
            let news = reader.read(logOf: wanted.log.withLock { $0 })
            feed.yield(.news(news))
            // The worker may have been killed since the last read.
            if looks % 10 == 0 { worker.start(for: news.report.entries.map(\.job)) }
            looks += 1
            try? await Task.sleep(for: news.pause)
        }
    }

    private func listenToSignals() {
        context.signals.handle(
            Signals.Actions(
                end: { [screen, signals = context.signals] in
                    screen.leave()
                    _exit(signals.exitCode.rawValue)
                },
                suspend: { [screen, feed] isHalted in
                    if isHalted { return screen.leave() }
                    screen.enter()
                    feed.yield(.back)
                }))
        context.signals.onResize { [feed] in feed.yield(.resized) }
    }
}
