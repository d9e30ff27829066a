import FetchTypes

/// Values that several parts of a record have.
extension RecordScanner {
    mutating func moment() throws(Malformed) -> Moment {
        try number(as: Moment.self) { Moment($0) }
    }

    mutating func byteCount() throws(Malformed) -> ByteCount {
        try integer(as: ByteCount.self) { ByteCount($0) }
    }

    /// 0 to a thousand million.
    mutating func boundedCount() throws(Malformed) -> Int {
        try integer(as: Int.self) { (0...1_000_000_000).contains($0) ? Int($0) : nil }
    }

    /// An absolute path. This program writes no other: a relative one would mean another place in every process.
    mutating func path() throws(Malformed) -> String {
        try string(as: String.self) { $0.utf8.first == UInt8(ascii: "/") && !$0.utf8.contains(0) ? $0 : nil }
    }
}
