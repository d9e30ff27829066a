import FetchTypes
import Queue

/// What keys do.
extension WatchModel {
    /// - Returns: the actions to carry out.
    mutating func press(_ key: TerminalKey) -> [WatchWish] {
        message = ""
        if let question { return settle(question, question.answer(key)) }
        switch key {
        case .character("q"), .end: return [.leave]
        case .escape, .left: back()
        case .character("?"): open(page == .help ? .list : .help)
        case .character("a"): question = .reference("")
        case .character("/"):
            open(.list)
            question = .filter(filter)
        case .up, .down, .pageUp, .pageDown, .first, .last, .character("k"), .character("j"), .character("g"), .character("G"):
            travel(key)
        default: return page == .help ? [] : act(key)
        }
        return []
    }

    private mutating func settle(_ asked: WatchQuestion, _ step: WatchQuestion.Step) -> [WatchWish] {
        question = nil
        switch step {
        case .ask(let next): question = next
        case .wish(let wish): return [wish]
        case .filter(let text):
            filter = text
            if index == nil { choose(at: 0) }
        case .refuse(let why):
            question = asked
            message = "\(why)"
        case .drop: break
        }
        return []
    }

    private mutating func back() {
        guard page == .list else { return open(.list) }
        filter = ""
        if index == nil { choose(at: 0) }
    }

    private mutating func open(_ page: Page) {
        self.page = page
        scroll = 0
        log = []
    }

    private mutating func travel(_ key: TerminalKey) {
        let screen = WatchScreen(self)
        let step = max(1, screen.bodyRows - 1)
        let (place, most) = page == .list ? (index ?? 0, entries.count - 1) : (scroll, screen.mostScroll)
        let target: Int
        switch key {
        case .up, .character("k"): target = place - 1
        case .down, .character("j"): target = place + 1
        case .pageUp: target = place - step
        case .pageDown: target = place + step
        case .first, .character("g"): target = 0
        default: target = most
        }
        let allowed = max(0, min(target, most))
        if page == .list { choose(at: allowed) } else { scroll = allowed }
    }

    /// A key about the job that is chosen, or whose details are shown.
    private mutating func act(_ key: TerminalKey) -> [WatchWish] {
        guard let number = detailed ?? chosen, let entry = report.entries.first(where: { $0.job.number == number }) else { return [] }
        let (job, state) = (entry.job, entry.state)
        switch key {
        case .enter, .right: if page == .list { open(.details(number)) }
        case .character("p"):
            if !state.isEnded, state != .paused { return [.set(.pause, number)] }
            message = "job \(number) is \(state.rawValue)."
        case .character("r"):
            if state == .paused { return [.set(.resume, number)] }
            message = "job \(number) is not paused, it is \(state.rawValue)."
        case .character("t"):
            if [.failed, .cancelled].contains(state), !job.line.isIncomplete { return [.retry(number)] }
            message =
                state.isEnded && state != .done
                ? "the line of job \(number) was not kept: give it again." : "job \(number) is \(state.rawValue)."
        case .character("c"), .character("m"), .character("l"):
            guard !state.isEnded, !(key == .character("m") && job.isForeground) else {
                message = state.isEnded ? "job \(number) is \(state.rawValue)." : "job \(number) runs in a terminal and has no place."
                return []
            }
            question = key == .character("c") ? .cancel(number) : key == .character("m") ? .move(number) : .limit(number, "")
        default: break
        }
        return []
    }
}
