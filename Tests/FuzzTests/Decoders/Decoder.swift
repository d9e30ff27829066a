/// One decoder of untrusted bytes: it may refuse its input, and must neither trap nor hang.
struct Decoder: Sendable {
    let name: String
    /// Valid examples, which mutation begins with.
    let seeds: [[UInt8]]
    let read: @Sendable ([UInt8]) -> Void

    init(_ name: String, _ seeds: [String], _ read: @escaping @Sendable ([UInt8]) -> Void) {
        self.init(name, bytes: seeds.map { Array($0.utf8) }, read)
    }

    init(_ name: String, bytes seeds: [[UInt8]], _ read: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.seeds = seeds
        self.read = read
    }

    /// For what reads text: bytes that are no UTF-8 become U+FFFD, as they do where files and answers are read.
    static func text(_ name: String, _ seeds: [String], _ read: @escaping @Sendable (String) -> Void) -> Decoder {
        Decoder(name, seeds) { read(String(decoding: $0, as: UTF8.self)) }
    }

    /// How many of a long run's inputs it gets, beside the others: the quick ones and those with the richest grammar have the most.
    var share: Int { Self.shares[name] ?? 2 }

    private static let shares = [
        "json": 30, "toml": 30, "model-list": 10, "model-lock": 10, "rpc": 16, "gguf": 14, "html": 14, "record": 12, "control-file": 12,
        "safetensors": 12, "content": 4,
        "content-disposition": 6, "headers": 6, "netrc-ini": 6, "time": 6, "number": 4, "safetensors-index": 5, "cell": 5, "url": 4,
        "line-curl": 4, "line-hf": 4, "notebook": 3, "script": 3, "dockerfile": 3, "line-aria2c": 3, "line-wget": 3, "line-gdown": 3,
        "fleet-message": 6, "proc": 3, "bencode": 6, "announce": 3, "name": 1, "reference": 1, "input-file": 1, "hugging-face": 1,
        "civitai": 1, "google-drive": 1,
        "github": 1,
        "modelscope": 1, "ollama": 1, "direct": 1,
    ]

    static let all: [Decoder] = references + headers + files + models + services + rpc + lines + notebooks + fleet
}
