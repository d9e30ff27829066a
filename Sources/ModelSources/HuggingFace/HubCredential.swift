internal import FetchTypes
internal import Synchronization

/// The token in use during one resolution: set aside once the Hub rejects it.
final class HubCredential: Sendable {
    private struct State {
        var token: HubToken?
        var rejected: HubToken?
        var warned: Set<String> = []
    }

    private let state: Mutex<State>

    init(_ token: HubToken?) {
        state = Mutex(State(token: token))
    }

    var token: HubToken? { state.withLock(\.token) }
    /// The token that was there until the Hub rejected it.
    var rejected: HubToken? { state.withLock(\.rejected) }

    /// Another token takes the place of the one that was found.
    func use(_ token: HubToken) { state.withLock { $0.token = token } }

    /// Sets the token aside.
    func reject() {
        state.withLock { state in
            guard let token = state.token else { return }
            state.rejected = token
            state.token = nil
        }
    }

    /// True the first time a topic is named.
    func isNew(_ topic: String) -> Bool { state.withLock { $0.warned.insert(topic).inserted } }
}
