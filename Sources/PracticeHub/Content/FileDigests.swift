import Crypto
import Foundation
import Synchronization

/// The hashes that the services publish for a file, all lower-case hex.
struct FileDigests: Sendable {
    /// SHA-256 of the whole file.
    let sha256: String
    /// First 8 digits of the SHA-256 of 64 KiB at 1 MiB; nil for a file that ends before.
    let autoV1: String?
    /// First 12 digits of the SHA-256 of what follows a safetensors header; nil for other kinds.
    let autoV3: String?
    /// The SHA-1 that git gives the file as a blob; only of files up to 10 MB, which is where the Hub publishes it.
    let gitSHA1: String?

    /// First 10 digits of the SHA-256.
    var autoV2: String { String(sha256.prefix(10)) }

    private init(of file: PracticeFile) {
        let small = file.size <= 10_000_000
        let headerSize = file.kind == .safetensors ? PracticeFile.safetensorsHeaderSize : Int64.max
        var whole = SHA256()
        var tensors = SHA256()
        var blob = Insecure.SHA1()
        blob.update(data: Array("blob \(file.size)\0".utf8))
        var offset: Int64 = 0
        file.forEachPiece(of: 0..<file.size) { piece in
            whole.update(bufferPointer: piece)
            if small { blob.update(bufferPointer: piece) }
            let skipped = max(0, headerSize - offset)
            if skipped < Int64(piece.count) {
                tensors.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[Int(skipped)...]))
            }
            offset += Int64(piece.count)
        }
        sha256 = Self.hex(whole.finalize())
        gitSHA1 = small ? Self.hex(blob.finalize()) : nil
        autoV3 = file.kind == .safetensors ? String(Self.hex(tensors.finalize()).prefix(12)) : nil
        if file.size >= 0x110000 {
            autoV1 = String(Self.hex(SHA256.hash(data: file.bytes(0x100000..<0x110000))).prefix(8))
        } else {
            autoV1 = nil
        }
    }

    private static let known = Mutex<[PracticeFile: FileDigests]>([:])

    /// The digests of a file's content, computed once in the life of the process.
    static func of(_ file: PracticeFile) -> FileDigests {
        if let digests = known.withLock({ $0[file] }) { return digests }
        let digests = FileDigests(of: file)
        known.withLock { $0[file] = digests }
        return digests
    }

    /// Lower-case hex digits of some bytes.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// A made-up but stable hash of 64 hex digits, for identifiers that have nothing to do with the content.
    static func invented(_ text: String) -> String {
        hex(SHA256.hash(data: Array(text.utf8)))
    }
}

extension PracticeFile {
    /// SHA-256 of the content, lower-case hex; computed once and kept.
    package var sha256: String { FileDigests.of(self).sha256 }

    /// The hash by which a content network names and tags the file: not the SHA-256, as with Xet.
    var contentTag: String { FileDigests.invented("xet \(kind.rawValue) \(size) \(seed) \(kind == .text ? sha256 : "")") }
}
