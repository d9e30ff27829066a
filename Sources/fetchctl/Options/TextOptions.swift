import ArgumentParser
import FetchKit
import FetchTypes
import Layouts
import ModelSources
import Transfer

extension FetchOptions.EngineChoice: OptionValue {}
extension Layout: OptionValue {}
extension Dedupe: OptionValue {}
extension SidecarKind: OptionValue {}

extension ModelKind: OptionValue {
    static var form: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }
    static var example: String { "lora" }
    /// Other programs' names of a type are taken too.
    init?(argument: String) { self.init(argument) }
}

extension Seconds: OptionValue {
    static var form: String { "a number of seconds from 0 to 2678400 (31 days)" }
    static var example: String { "300" }
    init?(argument: String) { self.init(decimal: argument) }
}

/// Bytes per second, with or without K, M or G.
struct TransferRate: OptionValue {
    static let form = "bytes per second such as 500K or 20M; 0 is no limit"
    static let example = "20M"
    /// Nil for no limit.
    let limit: ByteCount?

    init?(argument: String) {
        guard let rate = ByteSize.parse(argument) else { return nil }
        limit = rate > 0 ? rate : nil
    }
}

/// A SHA-256 in hexadecimal digits.
struct SHA256Text: OptionValue {
    static let form = "64 hexadecimal digits: the SHA-256 of the whole file"
    static let example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let digest: PublishedDigest

    init?(argument: String) {
        guard let digest = PublishedDigest(.sha256, hex: argument) else { return nil }
        self.digest = digest
    }
}

/// Names of sources, with commas between them.
struct SourceList: OptionValue {
    static var form: String { "a list of sources with commas: \(SourceName.allCases.map(\.rawValue).joined(separator: ", "))" }
    static let example = "hf,civitai"
    let sources: Set<SourceName>

    init?(argument: String) {
        let names = argument.split(separator: ",")
        let known = names.compactMap { SourceName(rawValue: String($0)) }
        guard known.count == names.count, !known.isEmpty else { return nil }
        sources = Set(known)
    }
}

/// `true` or `false`, on a line of an input file.
struct Truth: OptionValue {
    static let form = "true or false"
    static let example = "true"
    let value: Bool

    init?(argument: String) {
        guard argument == "true" || argument == "false" else { return nil }
        value = argument == "true"
    }
}
