/// What a `Range` header asks of a file.
enum ByteRange: Equatable {
    /// No range, or one that a server may ignore: another unit, several ranges, protocolViolation.
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    /// The rules of RFC 9110, section 14: ends beyond the file are clamped, `-N` is the last N bytes.
    init(header: String?, size: Int64) {
        guard let header, header.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            self = .whole
            return
        }
        switch (Int64(parts[0]), Int64(parts[1])) {
        case (let first?, let last?) where last < first: self = .whole
        case (let first?, let last):
            guard parts[1].isEmpty || last != nil else {
                self = .whole
                return
            }
            self = first >= size ? .unsatisfiable : .part(first..<min(last ?? size - 1, size - 1) + 1)
        case (nil, let suffix?) where parts[0].isEmpty:
            self = suffix == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - suffix)..<size)
        default: self = .whole
        }
    }
}
