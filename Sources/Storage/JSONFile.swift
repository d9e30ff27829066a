#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Small values kept as JSON files, replaced whole.
package enum JSONFile {
    /// - Returns: nil when the file is missing, empty, damaged, or of another form.
    package static func read<Value: Decodable>(_ type: Value.Type, from path: String) -> Value? {
        Disk.contents(path, onlyFiles: true).flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }

    /// - Parameters:
    ///   - temporary: as ``Disk/replace(_:with:temporary:keepsMode:isDurable:)``.
    ///   - isDurable: whether it has to be on the disk before this returns.
    /// - Throws: ``IOFault``; the older file is untouched then.
    package static func write(_ value: some Encodable, to path: String, temporary: String? = nil, isDurable: Bool = true) throws(IOFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard var data = try? encoder.encode(value) else { preconditionFailure("a record of ours does not encode") }
        data.append(UInt8(ascii: "\n"))
        try Disk.replace(path, with: Array(data), temporary: temporary, isDurable: isDurable)
    }
}
