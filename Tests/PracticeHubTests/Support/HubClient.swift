import FlyingSocks
import Foundation
import PracticeHub

/// A client that does nothing by itself: one request on one connection, every byte of the answer as it came.
struct HubClient {
    struct Answer {
        let status: Int
        let headers: [(name: String, value: String)]
        /// What followed the header, chunked framing included.
        let body: Data

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as a JSON object.
        var object: [String: Any] {
            get throws { try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:] }
        }

        /// The body as an array of JSON objects.
        var objects: [[String: Any]] {
            get throws { try JSONSerialization.jsonObject(with: body) as? [[String: Any]] ?? [] }
        }
    }

    enum Problem: Error {
        case notALoopbackURL(String)
        /// The connection was closed before a whole header had come.
        case noAnswer
    }

    let socket: AsyncSocket
    private let host: String

    /// - Parameter url: Only its host and port are used.
    init(_ url: String) async throws {
        let (host, _) = try Self.split(url)
        let parts = host.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { throw Problem.notALoopbackURL(url) }
        self.host = host
        socket = try await AsyncSocket.connected(to: .inet(ip4: String(parts[0]), port: port), pool: ReadinessPool.shared, timeout: 60)
    }

    /// Sends a request and reads the answer until the server closes the connection.
    static func send(
        _ method: String = "GET", _ url: String, headers: [String: String] = [:], body: String = ""
    ) async throws -> Answer {
        let client = try await HubClient(url)
        defer { try? client.socket.close() }
        try await client.write(method, url, headers: headers.merging(["Connection": "close"]) { own, _ in own }, body: body)
        return try parse(try await client.readToEnd())
    }

    func write(_ method: String = "GET", _ url: String, headers: [String: String] = [:], body: String = "") async throws {
        var text = "\(method) \(try Self.split(url).target) HTTP/1.1\r\nHost: \(host)\r\n"
        if !body.isEmpty { text += "Content-Length: \(body.utf8.count)\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        try await socket.write(Data((text + "\r\n" + body).utf8))
    }

    /// All bytes until the connection is closed by the other side.
    func readToEnd() async throws -> Data {
        var data = Data()
        do {
            while true { data.append(contentsOf: try await socket.read(atMost: 4096)) }
        } catch SocketError.disconnected {
            return data
        }
    }

    /// Reads a header and as much of a body as `bodyLength` says, leaving the connection open.
    func read(bodyLength: Int) async throws -> Answer {
        var data = Data()
        while true {
            if let end = data.range(of: Data("\r\n\r\n".utf8)), data.count - end.upperBound >= bodyLength { break }
            data.append(contentsOf: try await socket.read(atMost: 4096))
        }
        return try Self.parse(data)
    }

    static func parse(_ data: Data) throws -> Answer {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw Problem.noAnswer }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = lines[0].split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        return Answer(status: status.count > 1 ? Int(status[1]) ?? 0 : 0, headers: headers, body: Data(data[end.upperBound...]))
    }

    private static func split(_ url: String) throws -> (host: String, target: String) {
        guard url.hasPrefix("http://") else { throw Problem.notALoopbackURL(url) }
        let rest = url.dropFirst(7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let target = String(rest[slash...])
        return (String(rest[..<slash]), target.isEmpty ? "/" : target)
    }
}
