import FetchTypes

extension JobProgress {
    /// - Returns: nil when the bytes are none.
    package init?(_ bytes: [UInt8]) {
        do throws(RecordScanner.Malformed) {
            var scanner = RecordScanner(bytes)
            self = try JobProgress(&scanner)
            try scanner.end()
        } catch {
            return nil
        }
    }

    init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var progress = JobProgress()
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "received": progress.received = try scanner.byteCount()
            case "size": progress.size = try scanner.byteCount()
            case "rate": progress.rate = try scanner.byteCount()
            case "eta": progress.eta = try scanner.number(as: Seconds.self) { Seconds($0) }
            case "fetched": progress.fetched = try scanner.byteCount()
            case "seconds":
                progress.seconds = try scanner.number(as: Double.self) { (0...1e12).contains($0) ? $0 : nil }
            case "renewals": progress.renewals = try scanner.boundedCount()
            case "retries": progress.retries = try scanner.boundedCount()
            case "files":
                try scanner.array { (scanner) throws(RecordScanner.Malformed) in progress.files.append(try JobFile(&scanner)) }
            default: try scanner.skip()
            }
        }
        self = progress
    }
}
