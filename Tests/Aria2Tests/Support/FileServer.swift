import Foundation
import Synchronization

/// A server of one file, with ranges and connections that are kept, on a port of the kernel's choice.
final class FileServer: Sendable {
    /// What it does with a request.
    enum Behaviour: Sendable {
        case serve
        /// Sends so many bytes of the body and then nothing more until the client closes the connection.
        case hold(after: Int)
        case status(Int)
        /// Closes after so many bytes.
        case drop(after: Int)
        case ignoreRange
    }

    struct Request: Sendable {
        let target: String
        let head: String
        let range: Range<Int>
    }

    let content: [UInt8]
    let port: UInt16
    private let listener: Int32
    private let behaviour: Mutex<Behaviour>
    private let log = Mutex<[Request]>([])

    init(content: [UInt8], behaviour: Behaviour = .serve) {
        self.content = content
        self.behaviour = Mutex(behaviour)
        let (descriptor, port) = Sockets.listen()
        listener = descriptor
        self.port = port
        Thread.detachNewThread { [listener, weak self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                guard let self else {
                    _ = close(connection)
                    return
                }
                Thread.detachNewThread { self.talk(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The file's URL with a query, as a signed one has.
    var url: String { "http://127.0.0.1:\(port)/file.bin?sig=SIGNATURE" }
    var requests: [Request] { log.withLock { $0 } }

    func set(_ new: Behaviour) { behaviour.withLock { $0 = new } }

    private func talk(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while true {
            guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else {
                let chunk = Sockets.receive(from: connection)
                if chunk.isEmpty { return }
                buffer += chunk
                continue
            }
            let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
            buffer.removeSubrange(..<end.upperBound)
            guard answer(head, on: connection) else { return }
        }
    }

    /// - Returns: whether the connection goes on.
    private func answer(_ head: String, on connection: Int32) -> Bool {
        let mode = behaviour.withLock { $0 }
        let lines = head.split(separator: "\r\n")
        let field = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
        var range = 0..<content.count
        if let field {
            let ends = field.dropFirst("range: bytes=".count).split(separator: "-")
            range = Int(ends[0])!..<(ends.count > 1 ? min(Int(ends[1])! + 1, content.count) : content.count)
        }
        log.withLock { $0.append(Request(target: String(lines[0].split(separator: " ")[1]), head: head, range: range)) }
        if case .status(let status) = mode {
            return Sockets.sendAll("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n".utf8, to: connection)
        }
        var isPartial = field != nil
        if case .ignoreRange = mode {
            isPartial = false
            range = 0..<content.count
        }
        var answer = "HTTP/1.1 \(isPartial ? "206 Partial Content" : "200 OK")\r\nContent-Length: \(range.count)\r\n"
        if isPartial { answer += "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.count)\r\n" }
        answer += "Accept-Ranges: bytes\r\nContent-Type: application/octet-stream\r\n\r\n"
        guard Sockets.sendAll(answer.utf8, to: connection) else { return false }
        switch mode {
        case .hold(let after):
            guard Sockets.sendAll(content[range].prefix(after), to: connection) else { return false }
            // Nothing more comes from the client but its end.
            _ = Sockets.receive(from: connection)
            return false
        case .drop(let after):
            _ = Sockets.sendAll(content[range].prefix(after), to: connection)
            return false
        default: return Sockets.sendAll(content[range], to: connection)
        }
    }
}
