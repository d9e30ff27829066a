/// The `except` clauses of a cell.
struct PythonHandlers {
    let tokens: [PythonToken]
    let bytes: [UInt8]

    /// What classes of errors are called that the replaced libraries raise and fetchctl does not.
    private static let endings = [
        "NotFoundError", "HTTPError", "HttpError", "GatedRepoError", "HFValidationError", "ConnectionError", "Timeout",
        "RequestException",
        "URLError", "RetrievalError", "OSError", "IOError", "EnvironmentError", "ValueError", "OfflineModeIsEnabled",
        "ContentTooShortError",
    ]

    /// Where statements begin, as indices of tokens.
    private var starts: [Int] { tokens.indices.filter { $0 == 0 || tokens[$0 - 1].kind == .newline } }

    private func column(_ index: Int) -> Int {
        let start = tokens[index].range.lowerBound
        return start - (bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
    }

    /// The first error of another library in a clause.
    private func error(of clause: Int) -> String? {
        tokens[(clause + 1)...].prefix { !$0.isMark(":") && $0.kind != .newline }
            .lazy.compactMap(\.name).first { name in Self.endings.contains { name.hasSuffix($0) } }
    }

    /// The first of them in the cell.
    var foreign: String? { starts.filter { tokens[$0].name == "except" }.lazy.compactMap(error).first }

    /// - Throws: ``SkipReason`` where the call's failure is expected as an error of the library that it replaces.
    func refuse(_ call: PythonCall) throws(SkipReason) {
        // The last `try` at each column.
        var tries: [Int: Int] = [:]
        for start in starts {
            if tokens[start].name == "try" { tries[column(start)] = start }
            guard tokens[start].name == "except", start > call.tokens.lowerBound, let matching = tries[column(start)],
                matching < call.tokens.lowerBound, let name = error(of: start)
            else { continue }
            throw SkipReason("except \(name) catches its error, and fetchctl raises fetchctl.FetchError")
        }
    }
}
