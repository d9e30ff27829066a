extension AppliedWishes {
    init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var wishes = AppliedWishes()
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            let token = try scanner.string()
            if let kind = JobWish.Kind(rawValue: name) { wishes.tokens[kind] = token }
        }
        self = wishes
    }
}
