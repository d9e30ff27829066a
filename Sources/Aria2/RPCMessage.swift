/// A value in a JSON-RPC request.
package enum RPCValue: Sendable, Encodable {
    case string(String)
    case number(Int)
    case array([RPCValue])
    case object([String: RPCValue])

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

/// A JSON-RPC 2.0 request.
struct RPCRequest: Encodable {
    let jsonrpc = "2.0"
    let id = "fetchctl"
    let method: String
    let params: [RPCValue]

    enum CodingKeys: String, CodingKey { case jsonrpc, id, method, params }
}

/// A JSON-RPC 2.0 answer: a result, or a refusal.
struct RPCReply<Result: Decodable>: Decodable {
    let result: Result?
    let error: RPCRefusal?
}

/// aria2's code is always 1; the messages differ.
struct RPCRefusal: Decodable {
    let code: Int
    let message: String
}

/// One answer of `system.multicall`: an array of one, or a refusal.
enum RPCBatchItem<Result: Decodable>: Decodable {
    case result(Result)
    case refused(RPCRefusal)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let refusal = try? container.decode(RPCRefusal.self) {
            self = .refused(refusal)
            return
        }
        let results = try container.decode([Result].self)
        guard results.count == 1 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an array of one")
        }
        self = .result(results[0])
    }
}
