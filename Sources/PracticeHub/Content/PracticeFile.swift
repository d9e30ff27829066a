import Crypto
package import Foundation

/// The content of one file: any byte of it can be made at any time, so that none is kept in memory.
package struct PracticeFile: Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A valid header that describes one U8 tensor over exactly the rest of the file.
        case safetensors
        /// The magic number and an empty header of version 3.
        case gguf
        /// Begins as a pickle does.
        case pickle
        /// Nothing but noise.
        case bytes
        /// The bytes of `literal`.
        case text
    }

    package let kind: Kind
    package let size: Int64
    package let seed: UInt64
    private let literal: [UInt8]

    /// A beginning of a text tells it well enough from others; all of it would be gone through at each look-up.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(seed)
        hasher.combine(literal.prefix(64))
    }

    /// Seeded content of `size` bytes. A size too small for the kind's header gives plain noise.
    package init(kind: Kind, size: Int64, seed: UInt64) {
        self.kind = kind == .text ? .bytes : kind
        self.size = size
        self.seed = seed
        literal = []
    }

    /// A small file with exactly this text.
    package init(text: String) {
        kind = .text
        literal = Array(text.utf8)
        size = Int64(literal.count)
        seed = 0
    }

    /// Another content of the same kind and size, as after the file was replaced at the source.
    package var replaced: PracticeFile {
        guard kind == .text else { return PracticeFile(kind: kind, size: size, seed: seed ^ 0xC0FF_EE00_0000_0001) }
        return PracticeFile(text: String(decoding: literal.map { $0 == 0x20 ? 0x5F : $0 }, as: UTF8.self))
    }

    /// Fills `buffer` from byte `offset` of the file on; the caller keeps within the file's size.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int64) {
        let start = kind == .text ? literal : header
        if kind != .text { Noise.fill(buffer, seed: seed, offset: offset) }
        guard offset < Int64(start.count) else { return }
        let count = min(buffer.count, start.count - Int(offset))
        start.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(offset) + count]))
        }
    }

    /// The bytes of a range that lies within the file.
    package func bytes(_ range: Range<Int64>) -> Data {
        guard !range.isEmpty else { return Data() }
        var data = Data(count: range.count)
        data.withUnsafeMutableBytes { fill($0, at: range.lowerBound) }
        return data
    }

    /// The whole content; for files that fit in memory.
    package var data: Data { bytes(0..<size) }

    /// Calls `body` with the content of `range`, a piece of at most 1 MiB at a time.
    func forEachPiece(of range: Range<Int64>, _ body: (UnsafeRawBufferPointer) -> Void) {
        let length = min(1 << 20, range.count)
        guard length > 0 else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 16)
        defer { buffer.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(length), range.upperBound - offset))])
            fill(piece, at: offset)
            body(UnsafeRawBufferPointer(piece))
            offset += Int64(piece.count)
        }
    }

    /// Length of the safetensors header with its eight bytes of length, a multiple of eight; the tensor begins here.
    static let safetensorsHeaderSize: Int64 = 128

    private var header: [UInt8] {
        switch kind {
        case .safetensors where size >= Self.safetensorsHeaderSize:
            let length = size - Self.safetensorsHeaderSize
            let description = #"{"weights":{"dtype":"U8","shape":[\#(length)],"data_offsets":[0,\#(length)]}}"#
            let room = Int(Self.safetensorsHeaderSize) - 8
            let text = Array(description.utf8) + Array(repeating: 0x20, count: room - description.utf8.count)
            return Self.littleEndian(UInt64(room), 8) + text
        case .gguf where size >= 24:
            return Array("GGUF".utf8) + Self.littleEndian(3, 4) + Self.littleEndian(0, 8) + Self.littleEndian(0, 8)
        case .pickle where size >= 6:
            // An empty dictionary in protocol 2: whatever else the file holds, unpickling it runs nothing.
            return [0x80, 0x02, 0x7D, 0x71, 0x00, 0x2E]
        default:
            return []
        }
    }

    private static func littleEndian(_ value: UInt64, _ count: UInt64) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
