import Foundation
import Synchronization

/// An HTTP or SOCKS5 proxy on loopback. Names lead where the test says, so that hosts which do not exist can
/// be reached through it, and only through it.
final class PracticeProxy: Sendable {
    enum Kind: Sendable {
        case http, socks5
    }

    /// What it saw and did.
    private struct Seen {
        var requests: [String] = []
        var ports: Set<UInt16> = []
        var refusals = 0
    }

    private let kind: Kind
    private let login: String?
    private let names: [String: UInt16]
    private let answer: @Sendable (String) -> String?
    private let seen = Mutex(Seen())
    private let server = Mutex<LoopbackServer?>(nil)

    /// - Parameters:
    ///   - login: `user:password` without which it serves no client.
    ///   - names: hosts, and the ports of 127.0.0.1 that they stand for; other hosts are connected to by their port.
    ///   - answer: for the URL of a plain request: the whole answer, given by the proxy itself.
    private init(_ kind: Kind, login: String?, names: [String: UInt16], answer: @escaping @Sendable (String) -> String?) {
        (self.kind, self.login, self.names, self.answer) = (kind, login, names, answer)
        server.withLock { $0 = LoopbackServer { [self] in serve($0) } }
    }

    /// Runs `body` with a proxy, which is stopped when `body` ends in whatever way.
    static func with<Result>(
        _ kind: Kind, login: String? = nil, names: [String: UInt16] = [:], answer: @escaping @Sendable (String) -> String? = { _ in nil },
        _ body: (PracticeProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = PracticeProxy(kind, login: login, names: names, answer: answer)
        defer { proxy.stop() }
        return try await body(proxy)
    }

    /// Closes its port and every connection through it.
    func stop() {
        server.withLock { server in
            server?.stop()
            server = nil
        }
    }

    /// Where it listens; 0 once it is stopped.
    var port: UInt16 { server.withLock { $0?.port ?? 0 } }
    /// The first line of each request, or `host:port` of a SOCKS one.
    var requests: [String] { seen.withLock { $0.requests } }
    /// The ports from which it connected to servers.
    var ports: Set<Int> { seen.withLock { Set($0.ports.map(Int.init)) } }
    /// Requests turned away for want of the right login.
    var refusals: Int { seen.withLock { $0.refusals } }

    private func serve(_ client: Int32) {
        switch kind {
        case .http: serveHTTP(client)
        case .socks5: serveSOCKS(client)
        }
    }

    private func connect(_ host: String, _ port: UInt16) -> Int32? {
        let target = names[host] ?? (host == "127.0.0.1" ? port : nil)
        guard let target, let descriptor = LoopbackServer.connect(to: target) else { return nil }
        _ = seen.withLock { $0.ports.insert(LoopbackServer.ownPort(of: descriptor)) }
        return descriptor
    }

    // MARK: HTTP

    private func serveHTTP(_ client: Int32) {
        guard let head = Wire.readHead(client) else { return }
        var lines = head.components(separatedBy: "\r\n")
        seen.withLock { $0.requests.append(lines[0]) }
        if let login,
            !lines.contains(where: {
                $0.lowercased() == "proxy-authorization: basic \(Data(login.utf8).base64EncodedString())".lowercased()
            })
        {
            seen.withLock { $0.refusals += 1 }
            Wire.write(
                client,
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"practice\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .utf8)
            return
        }
        let words = lines[0].components(separatedBy: " ")
        guard words.count == 3 else { return }
        if words[0] == "CONNECT" {
            guard let (host, port) = Self.split(words[1]), let other = connect(host, port) else { return refuse(client) }
            defer { close(other) }
            Wire.write(client, "HTTP/1.1 200 Connection established\r\n\r\n".utf8)
            return Wire.relay(client, other)
        }
        if let answer = answer(words[1]) {
            Wire.write(client, answer.utf8)
            return
        }
        guard words[1].hasPrefix("http://") else { return refuse(client) }
        let rest = words[1].dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest.dropFirst(authority.count)
        guard let (host, port) = Self.split(String(authority)), let other = connect(host, port) else { return refuse(client) }
        defer { close(other) }
        lines[0] = "\(words[0]) \(path.hasPrefix("/") ? String(path) : "/" + path) \(words[2])"
        lines.removeAll { $0.lowercased().hasPrefix("proxy-") || $0.lowercased().hasPrefix("connection:") }
        Wire.write(other, (lines + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)
        Wire.relay(client, other)
    }

    private func refuse(_ client: Int32) {
        Wire.write(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    }

    private static func split(_ authority: String) -> (String, UInt16)? {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return (authority, 80) }
        return UInt16(authority[authority.index(after: colon)...]).map { (String(authority[..<colon]), $0) }
    }

    // MARK: SOCKS5 (RFC 1928, and 1929 for logins)

    private func serveSOCKS(_ client: Int32) {
        guard let start = Wire.read(client, 2), start[0] == 5, let methods = Wire.read(client, Int(start[1])) else { return }
        let method: UInt8 = login == nil ? 0 : 2
        guard methods.contains(method) else {
            seen.withLock { $0.refusals += 1 }
            Wire.write(client, [5, 0xFF])
            return
        }
        Wire.write(client, [5, method])
        if login != nil, !isLoggedIn(client) { return }
        guard let request = Wire.read(client, 4), request[1] == 1, let host = readHost(client, request[3]), let port = Wire.read(client, 2)
        else { return }
        let number = UInt16(port[0]) << 8 | UInt16(port[1])
        seen.withLock { $0.requests.append("\(host):\(number)") }
        guard let other = connect(host, number) else {
            Wire.write(client, [5, 4, 0, 1, 0, 0, 0, 0, 0, 0])
            return
        }
        defer { close(other) }
        Wire.write(client, [5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        Wire.relay(client, other)
    }

    private func isLoggedIn(_ client: Int32) -> Bool {
        func text() -> String? {
            Wire.read(client, 1).flatMap { Wire.read(client, Int($0[0])) }.map { String(decoding: $0, as: UTF8.self) }
        }
        guard Wire.read(client, 1) == [1], let user = text(), let password = text() else { return false }
        let isRight = "\(user):\(password)" == login
        if !isRight { seen.withLock { $0.refusals += 1 } }
        Wire.write(client, [1, isRight ? 0 : 1])
        return isRight
    }

    private func readHost(_ client: Int32, _ kind: UInt8) -> String? {
        switch kind {
        case 1: Wire.read(client, 4).map { $0.map(String.init).joined(separator: ".") }
        case 3: Wire.read(client, 1).flatMap { Wire.read(client, Int($0[0])) }.map { String(decoding: $0, as: UTF8.self) }
        case 4: Wire.read(client, 16).map { _ in "[::]" }
        default: nil
        }
    }
}
