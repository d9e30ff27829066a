import Foundation
import Storage
import Testing

/// A folder of one test, removed with it.
package final class Scratch: Sendable {
    package let path: String

    /// - Parameter root: where the folder is made; the temporary directory when nil.
    package init(under root: String? = nil) throws {
        let base = root ?? Path.absolute(NSTemporaryDirectory())
        path = "\(base)/fetchkit-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    package func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: self(name)).map { [UInt8]($0) } }

    package func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    package func write(_ bytes: some Collection<UInt8>, to name: String) throws {
        if name.contains("/") { try makeFolder(Path.parent(name)) }
        try #require(FileManager.default.createFile(atPath: self(name), contents: Data(bytes)))
    }

    package func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    package func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    }

    package func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }

    /// The names in it, sorted.
    package func names(_ folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? path : self(folder))) ?? []).sorted()
    }
}
