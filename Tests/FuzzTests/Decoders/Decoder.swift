/// One thing that reads what strangers wrote: it may refuse its input, and must neither trap nor hang.
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

    static let all: [Decoder] = references + headers + files + models + services + rpc + lines + notebooks
}
