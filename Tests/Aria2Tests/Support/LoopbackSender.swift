import FetchTypes
import Foundation

/// One request a connection, on a thread of its own: the least that is an ``HTTPSend``.
let loopbackSend: HTTPSend = { request in
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try exchange(request) })
        }
    }
}

private func exchange(_ request: HTTPRequest) throws -> HTTPResponse {
    guard let descriptor = Sockets.connect(port: UInt16(request.url.port)) else {
        throw TransportFault(.connect, host: request.url.host, detail: "connection refused")
    }
    defer { close(descriptor) }
    let body = request.body ?? []
    let fields = request.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    let head =
        "\(request.method.rawValue) \(request.url.path) HTTP/1.1\r\nHost: \(request.url.host):\(request.url.port)\r\n"
        + "Connection: close\r\nContent-Length: \(body.count)\r\n\(fields)\r\n"
    var answer: [UInt8] = []
    if Sockets.sendAll(Array(head.utf8) + body, to: descriptor) {
        while case let chunk = Sockets.receive(from: descriptor), !chunk.isEmpty { answer += chunk }
    }
    guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)),
        let status = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw TransportFault(.dropped, host: request.url.host, detail: "no whole answer") }
    return HTTPResponse(status: status, body: Array(answer[end.upperBound...]))
}
