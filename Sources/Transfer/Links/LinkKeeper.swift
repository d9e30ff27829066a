import FetchTypes
package import ModelSources
import Storage

/// Keeps a file's link good: asks for one when there is none, when its time is nearly over, and when it has been
/// refused. However many connections want the new link, the source is asked once.
package actor LinkKeeper {
    private let locator: any ByteLocator
    private let onRenewal: @Sendable (String) -> Void
    private let onLink: @Sendable (ByteLink) -> Void
    private var current: ByteLink?
    /// When the current link was asked for, by this machine's clock.
    private var obtained = 0.0
    private var asking: Task<ByteLink, any Error>?
    /// Why the next link is asked for, when there was one before.
    private var reason: String?
    /// The current link has served bytes.
    private var hasServed = false
    /// The server was found to give the whole file only.
    private var givesWholeOnly = false
    /// Follows a link's redirects to their end; nil when that is not allowed.
    private let onward: (@Sendable (ByteLink) async throws -> ByteLink)?
    /// A link of this source's was found to redirect: so may the next ones.
    private var goesOn = false
    /// The one that was, its end not known yet.
    private var begun: ByteLink?

    /// - Parameters:
    ///   - onward: gives the link at the end of another's redirects.
    ///   - onLink: told every new link.
    ///   - onRenewal: told why, when a link took another's place.
    package init(
        _ locator: any ByteLocator, onward: (@Sendable (ByteLink) async throws -> ByteLink)? = nil,
        onLink: @escaping @Sendable (ByteLink) -> Void = { _ in },
        onRenewal: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.locator = locator
        self.onward = onward
        self.onLink = onLink
        self.onRenewal = onRenewal
    }

    /// A link that is valid for another request.
    /// - Throws: what ``ModelSources/ByteLocator/locate()`` throws.
    package func link() async throws -> ByteLink {
        if current.map(isExpiring) ?? false { retire("it expires") }
        var link = if let current { current } else { try await ask() }
        if givesWholeOnly { link.servesRanges = false }
        return link
    }

    /// The current link redirects: from here on what is given is the end of that.
    /// - Returns: false when that has been tried, and for a link whose source has been to its end: there a redirect is news, and
    ///   the source's own to judge.
    package func follow() -> Bool {
        guard mayFollow else { return false }
        goesOn = true
        begun = current
        self.current = nil
        return true
    }

    /// Whether ``follow()`` would do anything now.
    package var mayFollow: Bool { onward != nil && !goesOn && current.map { $0.servesRanges == nil } ?? false }

    /// From here on every link says that its server knows no ranges.
    package func noteWholeOnly() { givesWholeOnly = true }

    /// Whether the current link expires soon: aria2 needs a new one before that.
    package var isExpiring: Bool { current.map(isExpiring) ?? false }

    private func isExpiring(_ link: ByteLink) -> Bool {
        guard let expires = link.expires else { return false }
        // By the server's clock: ours may be an hour off. A fifth of a short life is kept in hand, half a minute of a long one.
        let life = expires - (obtained + link.clockOffset)
        return ThisProcess.now + link.clockOffset >= expires - min(30, max(0, life / 5))
    }

    /// Bytes came by that link.
    package func served(_ link: ByteLink) { if link.url == current?.url { hasServed = true } }

    /// That link was refused.
    /// - Returns: false when it had just been made and never served: a new one would fail too.
    package func refuse(_ link: ByteLink, because reason: String) -> Bool {
        // Another task has already done it.
        guard link.url == current?.url else { return true }
        guard hasServed || isExpired(link) else { return false }
        retire(reason)
        return true
    }

    private func isExpired(_ link: ByteLink) -> Bool { link.expires.map { ThisProcess.now + link.clockOffset >= $0 } ?? false }

    /// The current link, whichever it is, served bytes.
    package func hasBroughtBytes() { hasServed = true }

    /// The current link is new and has served nothing: if it is refused, another would be too.
    package var isUntried: Bool { current.map { !hasServed && !isExpired($0) } ?? false }

    /// Forgets the link: the next one is asked for again, whatever this one was worth.
    package func drop(because reason: String) { retire(reason) }

    private func retire(_ why: String) {
        guard current != nil else { return }
        current = nil
        reason = why
    }

    private func ask() async throws -> ByteLink {
        if let asking { return try await asking.value }
        // Unstructured, because those who wait for it come and go while it is asked; cancelled with the last who asked.
        let begin = begun
        let onward = goesOn ? onward : nil
        let task = Task {
            let link = if let begin { begin } else { try await locator.locate() }
            return try await onward?(link) ?? link
        }
        asking = task
        defer { asking = nil }
        let link = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        current = link
        begun = nil
        obtained = ThisProcess.now
        hasServed = false
        onLink(link)
        if let reason { onRenewal(reason) }
        reason = nil
        return link
    }
}
