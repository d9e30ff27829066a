/// The key-value part of a GGUF file, versions 2 and 3 (github.com/ggml-org/ggml, docs/gguf.md), as far as its beginning goes.
struct GGUFHeader {
    /// `general.architecture`
    private(set) var architecture: String?

    private static let sizes: [UInt32: Int] = [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8]

    /// - Returns: nil when it is no GGUF file.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: "GGUF".utf8) else { return nil }
        var rest = bytes[4...]
        guard let version = Self.number(&rest, 4), version >= 2, Self.number(&rest, 8) != nil, let count = Self.number(&rest, 8) else {
            return
        }
        for _ in 0..<min(count, 10_000) {
            guard let key = Self.string(&rest), let type = Self.number(&rest, 4) else { return }
            if key == "general.architecture", type == 8 {
                architecture = Self.string(&rest)?.lowercased()
                return
            }
            guard Self.skip(UInt32(truncatingIfNeeded: type), &rest) else { return }
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let length = number(&rest, 8), length <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
    }

    private static func skip(_ type: UInt32, _ rest: inout ArraySlice<UInt8>) -> Bool {
        switch type {
        case 8: return string(&rest) != nil
        case 9:
            guard let inner = number(&rest, 4), let count = number(&rest, 8), inner != 9 else { return false }
            for _ in 0..<count where !skip(UInt32(truncatingIfNeeded: inner), &rest) { return false }
            return true
        default:
            guard let size = sizes[type], rest.count >= size else { return false }
            rest = rest.dropFirst(size)
            return true
        }
    }
}
