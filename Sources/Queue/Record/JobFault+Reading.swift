import FetchTypes

extension JobFault {
    init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (kind, message): (FailureKind?, String?)
        var (why, hint): (String?, String?)
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "kind": kind = try scanner.string(as: FailureKind.self) { FailureKind(rawValue: $0) }
            case "message": message = try scanner.string()
            case "why": why = try scanner.string()
            case "hint": hint = try scanner.string()
            default: try scanner.skip()
            }
        }
        guard let kind, let message else { throw RecordScanner.Malformed() }
        self.init(kind, message, why: why, hint: hint)
    }
}
