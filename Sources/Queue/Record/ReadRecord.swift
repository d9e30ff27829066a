import FetchTypes

/// What the bytes of a record's file are.
package enum ReadRecord: Sendable, Equatable {
    case record(JobRecord)
    /// Of a version that this program does not know.
    case newer(version: Int64)
    case damaged

    /// - Parameter number: what its name says, which must be what it says itself; nil where it has no such name.
    package init(_ bytes: [UInt8], number: JobNumber?) {
        do throws(RecordScanner.Malformed) {
            var draft = RecordDraft()
            var scanner = RecordScanner(bytes)
            try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in try draft.take(name, &scanner) }
            try scanner.end()
            let record = try draft.record()
            self = number == nil || record.number == number ? .record(record) : .damaged
        } catch {
            // A newer form may have other values under known names.
            let version = Self.version(bytes) ?? 0
            self = version > JobRecord.version ? .newer(version: version) : .damaged
        }
    }

    private static func version(_ bytes: [UInt8]) -> Int64? {
        var version: Int64?
        var scanner = RecordScanner(bytes)
        do throws(RecordScanner.Malformed) {
            try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
                if name == "version" { version = try scanner.integer() } else { try scanner.skip() }
            }
            try scanner.end()
        } catch {
            return nil
        }
        return version
    }
}
