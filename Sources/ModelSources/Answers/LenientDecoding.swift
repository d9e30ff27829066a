internal import FetchTypes

extension KeyedDecodingContainer {
    /// The value, or nil when it is absent, null, or of another type: an API that grows must not break what is known of it.
    func lenient<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// A number that is not negative, also where it is written as text or with a decimal point.
    func lenientInteger(_ key: Key) -> Int64? {
        let found =
            lenient(Int64.self, key) ?? lenient(String.self, key).flatMap { Int64(digits: $0) }
            ?? lenient(Double.self, key).flatMap(Int64.init(exactly:))
        return found.flatMap { $0 < 0 ? nil : $0 }
    }

    /// A size in bytes, in any of those forms; a number that is no size is kept apart from none.
    func declaredSize(_ key: Key) -> DeclaredSize {
        if let number = lenient(Int64.self, key) { return DeclaredSize(number) }
        if let text = lenient(String.self, key) { return DeclaredSize(text: text) }
        return lenient(Double.self, key).map { DeclaredSize($0) } ?? .unknown
    }

    /// The same as a count or an id.
    func lenientInt(_ key: Key) -> Int? { lenientInteger(key).map(Int.init) }

    /// A number that may have a fraction, also where it is written as text.
    func lenientDouble(_ key: Key) -> Double? { lenient(Double.self, key) ?? lenient(String.self, key).flatMap { Double(decimal: $0) } }

    /// The object's members that are texts; the others are left out, however many there are.
    func lenientTexts(_ key: Key) -> [String: String] { lenient([String: Lossy<String>].self, key)?.compactMapValues(\.value) ?? [:] }

    /// The array's members that can be understood; empty when there is no array.
    func lenientArray<T: Decodable>(_ type: T.Type, _ key: Key) -> [T] {
        lenient([Lossy<T>].self, key)?.compactMap(\.value) ?? []
    }
}

/// A member of an array or object that may be of another shape.
private struct Lossy<T: Decodable>: Decodable {
    var value: T?

    init(from decoder: any Decoder) throws {
        value = try? T(from: decoder)
    }
}
