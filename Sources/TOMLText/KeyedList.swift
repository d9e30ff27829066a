/// What is under different keys, in the order of the document. Two keys are the same when their bytes are: Swift's strings
/// also equal others that only look the same.
struct KeyedList<Element: Sendable>: Sendable {
    private struct Key: Hashable {
        let text: String

        static func == (one: Key, other: Key) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private(set) var keys: [String] = []
    var elements: [Element] = []
    /// Positions by key; empty for a short list, in which a search is as quick.
    private var positions: [Key: Int] = [:]
    private static var shortCount: Int { 8 }

    func position(of key: String) -> Int? {
        if keys.count <= Self.shortCount { return keys.firstIndex { $0.utf8.elementsEqual(key.utf8) } }
        return positions[Key(text: key)]
    }

    /// - Precondition: the key is not there yet.
    mutating func append(_ key: String, _ element: Element) {
        precondition(position(of: key) == nil)
        keys.append(key)
        elements.append(element)
        if keys.count == Self.shortCount + 1 {
            for (position, key) in keys.enumerated() { positions[Key(text: key)] = position }
        } else if keys.count > Self.shortCount {
            positions[Key(text: key)] = keys.count - 1
        }
    }
}
