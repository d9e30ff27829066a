extension ExchangeKind {
    /// Whether HTTP/2 may be spoken where the server offers it.
    var mayMultiplex: Bool {
        switch self {
        case .answer, .file(.stream), .file(.keptConnection): true
        // HTTP/2 would fold the ranges of one file into one connection.
        case .file(.own): false
        }
    }
}
