/// The texts that a PNG picture carries in its tEXt, zTXt and iTXt chunks (PNG, third edition, 11.3.3).
package enum PNGText {
    package static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    /// A text that is longer is not read. Bytes.
    private static let limit = 64 << 20

    /// - Returns: the bytes of the first text with that keyword; nil when there is none that can be read.
    static func text(_ keyword: String, in png: [UInt8]) -> [UInt8]? {
        guard png.starts(with: signature) else { return nil }
        var position = signature.count
        while position + 12 <= png.count {
            let length = png[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let type = String(decoding: png[position + 4..<position + 8], as: UTF8.self)
            let end = position + 8 + length
            guard end + 4 <= png.count else { return nil }
            if let found = text(type, png[(position + 8)..<end], keyword) { return found }
            if type == "IEND" { return nil }
            position = end + 4
        }
        return nil
    }

    private static func text(_ type: String, _ data: ArraySlice<UInt8>, _ keyword: String) -> [UInt8]? {
        guard ["tEXt", "zTXt", "iTXt"].contains(type), let zero = data.firstIndex(of: 0), data[..<zero].elementsEqual(keyword.utf8) else {
            return nil
        }
        let rest = data[(zero + 1)...]
        switch type {
        // Latin-1, which ComfyUI's JSON is plain ASCII of.
        case "tEXt":
            return rest.allSatisfy { $0 < 0x80 } ? Array(rest) : Array(String(String.UnicodeScalarView(rest.map(Unicode.Scalar.init))).utf8)
        case "zTXt": return rest.first == 0 ? try? Inflate.unpack(rest.dropFirst(), limit: limit) : nil
        default:
            guard rest.count >= 2 else { return nil }
            let isPacked = rest[rest.startIndex] == 1
            let tail = rest.dropFirst(2)
            guard let language = tail.firstIndex(of: 0), let title = tail[(language + 1)...].firstIndex(of: 0) else { return nil }
            let text = tail[(title + 1)...]
            return isPacked ? try? Inflate.unpack(text, limit: limit) : Array(text)
        }
    }
}
