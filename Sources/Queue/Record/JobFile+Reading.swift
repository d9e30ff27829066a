import FetchTypes

extension JobFile {
    init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (path, state): (String?, State?)
        var (size, received): (ByteCount?, ByteCount) = (nil, .zero)
        var (engine, partial): (String?, String?)
        var connections = 0
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "path": path = try scanner.path()
            case "size": size = try scanner.byteCount()
            case "received": received = try scanner.byteCount()
            case "state": state = try scanner.string(as: JobFile.State.self) { State(rawValue: $0) }
            case "engine": engine = try scanner.string()
            case "connections": connections = try scanner.integer(as: Int.self) { (0...1_000_000).contains($0) ? Int($0) : nil }
            case "partial": partial = try scanner.path()
            default: try scanner.skip()
            }
        }
        guard let path, let state else { throw RecordScanner.Malformed() }
        self.init(path: path, size: size, received: received, state: state, engine: engine)
        (self.connections, self.partial) = (connections, partial)
    }
}
