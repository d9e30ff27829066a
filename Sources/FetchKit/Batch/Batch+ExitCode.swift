import FetchTypes

extension Batch {
    /// The exit code of a batch: that of the first failed request in the order given.
    package static func code(of results: [Result]) -> Int32 {
        let failures = results.compactMap { result -> Failure? in if case .failed(let failure) = result { failure } else { nil } }
        // A user's own stop wins over whatever else went wrong.
        let deciding = failures.first { $0.kind == .interrupted } ?? failures.first
        return deciding?.code.rawValue ?? 0
    }
}
