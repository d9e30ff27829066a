import FetchTypes
@testable import Layouts
@testable import Storage
@testable import Transfer

extension Decoder {
    /// The beginnings of model files.
    static let models: [Decoder] = [
        Decoder("safetensors", bytes: [safetensors("{\"lora_down.weight\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}  ")]) {
            bytes in
            for size in [Int64(bytes.count), ByteCount.most] { _ = ContentCheck.complaint(head: bytes, size: size, name: "a.safetensors") }
            _ = ModelHeader.kind(bytes, ending: "safetensors")
        },
        Decoder("gguf", bytes: [gguf]) { bytes in
            _ = ContentCheck.complaint(head: bytes, size: Int64(bytes.count), name: "a.gguf")
            _ = ModelHeader.kind(bytes, ending: "gguf")
        },
        Decoder(
            "content",
            [
                "<!DOCTYPE html><html>", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 5\n", "{\"error\":\"x\"}",
                "\u{FEFF} <?xml ?><html",
            ]
        ) { bytes in
            for name in ["a.bin", "a.html", "a", "a.zip"] { _ = ContentCheck.complaint(head: bytes, size: Int64(bytes.count), name: name) }
        },
        Decoder("safetensors-index", [#"{"metadata":{"total_size":5},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}"#]) {
            bytes in
            _ = SafetensorsIndex.shards(bytes, at: "d/model.safetensors.index.json")
        },
        .text("name", ["a/b c/../é.bin", "CON", "a:b", ".hidden", "x\u{202E}gpj.exe"]) { text in
            _ = (try? SafeName.path(text), Path.absolute(text), Path.parent(text), Path.pathExtension(text))
        },
    ]

    private static func safetensors(_ header: String) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + [0, 0]
    }

    private static let gguf: [UInt8] = {
        func number(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        func string(_ text: String) -> [UInt8] { number(text.utf8.count, 8) + Array(text.utf8) }
        var bytes = Array("GGUF".utf8) + number(3, 4) + number(0, 8) + number(3, 8)
        bytes += string("a") + number(4, 4) + number(7, 4)
        bytes += string("tokens") + number(9, 4) + number(8, 4) + number(2, 8) + string("x") + string("y")
        bytes += string("general.architecture") + number(8, 4) + string("flux")
        return bytes
    }()
}
