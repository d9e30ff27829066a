import Crypto
import FetchTypes
import Server

/// The fields that bind a request to its sender and its coordinator, and make it unique.
struct RequestStamp: Sendable, Equatable {
    /// The sending process: random, 32 hexadecimal digits.
    var node: String
    /// The coordinator's random name, 32 hexadecimal digits; empty where the sender asks for it.
    var epoch: String
    /// Increases with every request of the node.
    var counter: UInt64

    /// The header fields of the stamp and the code.
    static let nodeField = "Fleet-Node"
    static let epochField = "Fleet-Epoch"
    static let counterField = "Fleet-Counter"
    static let codeField = "Fleet-Code"
    /// Represents an empty epoch, because libcurl omits a field without a value.
    static let noEpoch = "-"

    /// The bytes that the request's code covers.
    func signed(method: String, target: String, body: [UInt8]) -> [UInt8] {
        let parts = [method, target, node, epoch, String(counter), SHA256.hash(data: body).hexadecimal]
        return Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8)
    }

    /// The bytes that an answer's code covers; the request's code binds it to that request.
    static func signedAnswer(requestCode: [UInt8], status: Int, body: [UInt8]) -> [UInt8] {
        Array("\(requestCode.hexadecimal):\(status):\(SHA256.hash(data: body).hexadecimal)".utf8)
    }

    /// Sixteen random bytes as hexadecimal digits.
    static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.hexadecimal
    }

    static func isName(_ text: String) -> Bool { bytes(text, count: 16) != nil }

    /// Decodes hexadecimal digits; nil where they are invalid or have another length.
    static func bytes(_ digits: String, count: Int) -> [UInt8]? {
        HexDigit.bytes(digits.utf8).flatMap { $0.count == count ? $0 : nil }
    }
}

extension RequestStamp {
    /// - Returns: the stamp and the code that a request carries; nil where a field is missing or malformed.
    static func read(_ request: ServerRequest) -> (stamp: RequestStamp, code: [UInt8])? {
        guard let node = request.header(nodeField), isName(node), let field = request.header(epochField), field == noEpoch || isName(field),
            let counter = request.header(counterField).flatMap({ UInt64(digits: $0) }),
            let code = request.header(codeField).flatMap({ bytes($0, count: 32) })
        else { return nil }
        return (RequestStamp(node: node, epoch: field == noEpoch ? "" : field, counter: counter), code)
    }
}
