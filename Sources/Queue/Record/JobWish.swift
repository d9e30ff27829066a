package import FetchTypes

/// A request to change a job. Every process of the user may write one; the last one wins.
package enum JobWish: Sendable, Equatable {
    case pause, resume
    case cancel(deletes: Bool)
    /// Bytes per second; nil takes the limit away.
    case limit(ByteCount?)
    case place(OrderKey)

    /// Wishes of one kind are in one file.
    package enum Kind: String, Sendable, CaseIterable { case state, rate, place }

    package var kind: Kind {
        switch self {
        case .pause, .resume, .cancel: .state
        case .limit: .rate
        case .place: .place
        }
    }

    /// One line.
    var text: String {
        switch self {
        case .pause: "paused"
        case .resume: "queued"
        case .cancel(let deletes): deletes ? "cancelled delete" : "cancelled"
        case .limit(let rate): String(rate?.bytes ?? 0)
        case .place(let key): key.description
        }
    }

    init?(_ kind: Kind, _ text: String) {
        switch (kind, text) {
        case (.state, "paused"): self = .pause
        case (.state, "queued"): self = .resume
        case (.state, "cancelled"): self = .cancel(deletes: false)
        case (.state, "cancelled delete"): self = .cancel(deletes: true)
        case (.state, _): return nil
        case (.rate, _):
            guard let rate = ByteCount(decimal: text) else { return nil }
            self = .limit(rate > .zero ? rate : nil)
        case (.place, _):
            guard let key = OrderKey(text) else { return nil }
            self = .place(key)
        }
    }
}

/// A wish as it is in its file: the wish, and a token that tells it from every other one.
package struct WrittenWish: Sendable, Equatable {
    package let wish: JobWish
    /// Of this writing: a file that is written again with the same wish has another one.
    package let token: String

    package init(_ wish: JobWish) {
        self.wish = wish
        token = String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// - Returns: nil when the bytes are no wish of that kind.
    init?(_ kind: JobWish.Kind, _ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let wish = JobWish(kind, String(lines[0])) else { return nil }
        self.wish = wish
        token = lines.count > 1 && !lines[1].isEmpty ? String(lines[1].prefix(32)) : String(lines[0])
    }

    var bytes: [UInt8] { Array("\(wish.text)\n\(token)\n".utf8) }
}

/// Which wishes have been applied to the facts. A wish's file is never removed, so that a newer wish cannot be lost unread.
package struct AppliedWishes: Sendable, Equatable {
    package var tokens: [JobWish.Kind: String] = [:]

    package init() {}
}

extension JobRecord {
    /// Applies the wishes that have not been applied yet.
    /// - Returns: those that were new, in the order state, rate, place.
    @discardableResult
    package mutating func apply(_ wishes: [WrittenWish], at now: Moment) -> [JobWish] {
        var new: [JobWish] = []
        for written in wishes where applied.tokens[written.wish.kind] != written.token {
            applied.tokens[written.wish.kind] = written.token
            if apply(written.wish, at: now) { new.append(written.wish) }
        }
        return new
    }

    /// - Returns: whether it changed anything; what is already so is no change, and an ended job stays as it is.
    private mutating func apply(_ wish: JobWish, at now: Moment) -> Bool {
        guard !state.isEnded else { return false }
        let before = self
        switch wish {
        case .pause: if state != .paused { (state, fault) = (.paused, nil) }
        case .resume: if state == .paused { (state, fault) = (.queued, nil) }
        case .cancel(let deletes):
            end(.cancelled, code: ExitCode.interrupted.rawValue, at: now)
            self.deletes = deletes
        case .limit(let rate): limitRate = rate
        case .place(let key): order = key
        }
        return self != before
    }
}
