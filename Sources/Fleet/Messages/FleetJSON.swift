#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Messages as JSON.
enum FleetJSON {
    static func encode(_ value: some Encodable) -> [UInt8] {
        // These types hold nothing that JSON cannot.
        Array((try? JSONEncoder().encode(value)) ?? Data())
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
