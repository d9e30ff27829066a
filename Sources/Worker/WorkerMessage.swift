#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a command says to the worker over its socket: one JSON object, one line.
struct WorkerRequest: Codable, Sendable {
    enum Action: String, Codable, Sendable {
        /// Something in the queue has changed.
        case look
        /// Values for jobs that must not be written down. ``jobs`` get exactly these, in place of what they had.
        case give
        /// Leave the queue to who asks. Granted to another foreground worker by a worker that was started by itself only.
        case stop
    }

    var action: Action
    var jobs: [Int64] = []
    var values: [String: String] = [:]
}

/// The worker's answer: one JSON object, one line.
struct WorkerAnswer: Codable, Sendable {
    var pid: Int32
    var version: String
    var foreground: Bool
    /// Whether it does what was asked.
    var accepted: Bool
}

/// Messages as lines.
enum WorkerLine {
    /// Bytes of a message at most.
    static let longest = 1 << 20

    static func encode(_ value: some Encodable) -> [UInt8] {
        // These types hold nothing that JSON cannot.
        Array((try? JSONEncoder().encode(value)) ?? Data()) + [UInt8(ascii: "\n")]
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
