import Glibc
import Synchronization

/// A proxy of the least kind: it forwards plain requests and opens tunnels, always to one port of this host,
/// whatever host is asked for. So names that do not exist can be reached through it, and only through it.
final class TinyProxy: Sendable {
    let server: SocketServer

    /// - Parameters:
    ///   - origin: the port on 127.0.0.1 to which everything goes.
    ///   - refusal: a status line to answer every request with instead: `403 Forbidden`.
    init(to origin: UInt16, refusal: String? = nil) {
        server = SocketServer { connection in
            guard let head = connection.readHead() else { return }
            if let refusal {
                connection.send("HTTP/1.1 \(refusal)\r\nContent-Length: 0\r\n\r\n")
                return
            }
            guard let other = SocketServer.connect(port: origin) else { return }
            defer { close(other) }
            if head.hasPrefix("CONNECT ") {
                connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
            } else {
                Connection(descriptor: other, onHead: { _ in }).send(Self.forwarded(head))
            }
            connection.relay(to: other)
        }
    }

    /// The head with the target in origin form, without what is the proxy's own.
    private static func forwarded(_ head: String) -> String {
        var lines = head.split(separator: "\r\n").map(String.init)
        let words = lines[0].split(separator: " ")
        let target = words[1].split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let rest = target.last ?? ""
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        lines[0] = "\(words[0]) \(path) \(words[2])"
        lines.removeAll { $0.lowercased().hasPrefix("proxy-") }
        return (lines + ["Connection: close"]).joined(separator: "\r\n") + "\r\n\r\n"
    }

    var url: String { server.origin }
    /// The first line of each request.
    var requests: [String] { server.heads.map { String($0.split(separator: "\r\n")[0]) } }
}
