import FetchTypes
import Queue

/// What `fetchctl watch` asks in its last line but one before it does something.
enum WatchQuestion: Equatable, Sendable {
    /// A line is typed.
    case filter(String)
    case reference(String)
    case limit(JobNumber, String)
    /// A single key answers.
    case cancel(JobNumber)
    case move(JobNumber)

    /// The result of an answer.
    enum Step: Equatable, Sendable {
        /// The question stays open; text may have been added.
        case ask(WatchQuestion)
        case wish(WatchWish)
        case filter(String)
        /// The answer is not valid; the question is repeated with a message.
        case refuse(String)
        case drop
    }

    /// What has been typed; nil where a single key answers.
    var typed: String? {
        switch self {
        case .filter(let text), .reference(let text), .limit(_, let text): text
        case .cancel, .move: nil
        }
    }

    /// The question; what has been typed stands behind it.
    var words: PrintableText {
        switch self {
        case .filter: "filter: "
        case .reference: "add: "
        case .limit(let job, _): "limit of \(job) (5M; 0: none): "
        case .cancel(let job): "cancel \(job)? y yes, d delete too, n no"
        case .move(let job): "move \(job): f first l last u up d down"
        }
    }

    func answer(_ key: TerminalKey) -> Step {
        if key == .escape || key == .end { return .drop }
        guard let typed else { return choice(key) }
        switch key {
        case .enter: return finish(typed)
        case .backspace: return .ask(with(String(typed.dropLast())))
        case .clear: return .ask(with(""))
        case .character(let character): return .ask(with(typed + String(character)))
        default: return .ask(self)
        }
    }

    private func with(_ text: String) -> WatchQuestion {
        switch self {
        case .filter: .filter(text)
        case .reference: .reference(text)
        case .limit(let job, _): .limit(job, text)
        case .cancel, .move: self
        }
    }

    private func finish(_ typed: String) -> Step {
        let text = typed.trimmingSpaces
        switch self {
        case .filter: return .filter(text)
        case .reference: return text.isEmpty ? .drop : .wish(.add(text))
        case .limit(let job, _):
            do throws(Failure) {
                return .wish(.set(.limit(try TransferRate.read(text, after: "the rate ").limit), job))
            } catch {
                return .refuse(error.message)
            }
        case .cancel, .move: return .drop
        }
    }

    private func choice(_ key: TerminalKey) -> Step {
        switch (self, key) {
        case (.cancel(let job), .character("y")): .wish(.set(.cancel(deletes: false), job))
        case (.cancel(let job), .character("d")): .wish(.set(.cancel(deletes: true), job))
        case (.move(let job), .character("f")): .wish(.move(job, .first))
        case (.move(let job), .character("l")): .wish(.move(job, .last))
        case (.move(let job), .character("u")), (.move(let job), .up): .wish(.move(job, .up))
        case (.move(let job), .character("d")), (.move(let job), .down): .wish(.move(job, .down))
        default: .drop
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
