extension KeyedDecodingContainer {
    /// The value, or nil when it is absent, null, or of another type: an API that grows must not break what is known of it.
    func lenient<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// The array's members that can be understood; empty when there is no array.
    func lenientArray<T: Decodable>(_ type: T.Type, _ key: Key) -> [T] {
        lenient([Lossy<T>].self, key)?.compactMap(\.value) ?? []
    }
}

/// A member of an array that may be of another shape.
private struct Lossy<T: Decodable>: Decodable {
    var value: T?

    init(from decoder: any Decoder) throws {
        value = try? T(from: decoder)
    }
}
