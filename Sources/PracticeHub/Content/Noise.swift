/// The bytes that seeded content is made of: a fixed block of noise, copied from a place that seed and position choose.
///
/// Copying keeps an unoptimised build fast, and every 64 KiB of a file still differ from every other.
enum Noise {
    /// Bytes of content that are copied from one place.
    static let blockSize: Int64 = 64 << 10
    private static let wordCount = 1 << 17

    private static let words: [UInt64] = {
        [UInt64](unsafeUninitializedCapacity: wordCount + Int(blockSize) / 8) { buffer, count in
            for index in buffer.indices {
                buffer.initializeElement(at: index, to: mix(UInt64(truncatingIfNeeded: index) &+ 1))
            }
            count = buffer.count
        }
    }()

    /// A 64-bit finaliser in the manner of SplitMix64: every input bit reaches every output bit.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Fills `buffer` with the content of `seed` from byte `offset` on.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer, seed: UInt64, offset: Int64) {
        words.withUnsafeBytes { noise in
            var done = 0
            while done < buffer.count {
                let position = offset + Int64(done)
                let block = position / blockSize
                let within = Int(position % blockSize)
                let length = min(buffer.count - done, Int(blockSize) - within)
                let key = mix(seed ^ mix(UInt64(bitPattern: block)))
                let start = Int(key % UInt64(wordCount)) * 8
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + length])
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: noise[start + within..<start + within + length]))
                // The block's first word is its key, so that two blocks that were copied from one place still differ.
                for index in stride(from: within, to: min(8, within + length), by: 1) {
                    target[index - within] = UInt8(truncatingIfNeeded: key >> UInt64(8 * index))
                }
                done += length
            }
        }
    }
}
