import FetchTypes
import Synchronization

/// Where hosts were when they were first connected to.
///
/// A request may reach a host inside a private network only because the host was there from the start: a host that was elsewhere
/// when it was typed, and whose name leads inside later on (DNS rebinding), may not be reached there.
final class FirstAddresses: Sendable {
    private let hosts = Mutex<[String: Bool]>([:])

    /// Whether the host was in a private network; nil when it has not been connected to.
    func wasPrivate(_ host: String) -> Bool? { hosts.withLock { $0[host] } }

    /// Notes the address of a connection that is about to be made.
    /// - Returns: whether it is the host's first; only what that exchange tries decides what the host is.
    func isFirst(_ host: String, isPrivate: Bool) -> Bool {
        hosts.withLock { hosts in
            guard hosts[host] == nil else { return false }
            hosts[host] = isPrivate
            return true
        }
    }

    /// The first answer to a host's name held an address of a private network besides.
    func setPrivate(_ host: String) { hosts.withLock { $0[host] = true } }
}
