import Foundation

/// The gzip format (RFC 1952) without any compressing: stored blocks only.
enum Gzip {
    static func stored(_ data: Data) -> Data {
        var output = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        var rest = data[...]
        repeat {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(65535)
            let length = UInt16(block.count)
            output.append(rest.isEmpty ? 1 : 0)
            for word in [length, ~length] { output.append(contentsOf: [UInt8(word & 0xFF), UInt8(word >> 8)]) }
            output.append(block)
        } while !rest.isEmpty
        for word in [crc32(data), UInt32(truncatingIfNeeded: data.count)] {
            output.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) })
        }
        return output
    }

    private static func crc32(_ data: Data) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~crc
    }
}
