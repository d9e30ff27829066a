extension JobLine {
    init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (arguments, folder, umask): ([String]?, String?, UInt16?)
        var environment: [String: String] = [:]
        var input: String?
        var secrets: [String] = []
        var isIncomplete = false
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            switch name {
            case "arguments": arguments = try scanner.strings()
            case "folder": folder = try scanner.path()
            case "umask":
                umask = try scanner.integer(as: UInt16.self) { (0...0o777).contains($0) ? UInt16($0) : nil }
            case "environment":
                try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in environment[name] = try scanner.string() }
            case "input": input = try scanner.string()
            case "secrets": secrets = try scanner.strings()
            case "incomplete": isIncomplete = try scanner.bool()
            default: try scanner.skip()
            }
        }
        guard let arguments, let folder, let umask else { throw RecordScanner.Malformed() }
        self.init(
            arguments: arguments, folder: folder, umask: umask, environment: environment, input: input, secrets: secrets,
            isIncomplete: isIncomplete)
    }
}
