import Aria2
import Curl
import FetchTypes
import ModelSources
import Partials
import Storage

extension Aria2JobOptions {
    /// A job of ours for a partial.
    /// - Parameter rateLimit: bytes per second for this job alone; nil: no limit of its own.
    /// - Throws: ``TransferFault/engineLost(_:)`` where aria2c cannot be told so.
    init(
        _ link: ByteLink, _ gid: Aria2GID, into partial: Partial, connections: Int, proxies: ProxySettings, rateLimit: Int64?
    ) throws(TransferFault) {
        do throws(Invalid) {
            var options = try Aria2JobOptions(
                gid: gid, directory: Path.parent(partial.names.data), fileName: Path.name(partial.names.data), connections: connections,
                pieceLength: Int(partial.map?.pieceLength ?? 1 << 20),
                rateLimit: rateLimit)
            // aria2c follows every redirect, which cannot be switched off. Where this link leads has been checked; a client that is
            // named later, a host of a private network for one, or by another scheme, is not reached.
            let others = ["http", "https", "ftp", "all"].filter { $0 != link.url.scheme }
            for name in others { options.set(name + "-proxy", ProxySettings.nowhere) }
            // Every job names its own proxy: several jobs of one aria2c may go different ways.
            if let proxy = proxies.proxy(for: link.url) {
                options.set(link.url.scheme + "-proxy", proxy.reveal())
                // Whatever it is sent to is the proxy's to reach, also what the user's exceptions name: never this machine's.
                options.set("no-proxy", "none.invalid")
            } else {
                options.set(link.url.scheme + "-proxy", ProxySettings.nowhere)
                options.set("no-proxy", link.url.host)
            }
            self = options
        } catch {
            throw TransferFault.engineLost("aria2c cannot do it: \(error)")
        }
    }
}
