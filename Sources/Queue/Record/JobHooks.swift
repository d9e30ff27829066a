/// The commands that run when a job has ended: the arguments of each, without a shell; empty: none.
package struct JobHooks: Sendable, Equatable {
    package var onComplete: [String]
    package var onError: [String]

    package init(onComplete: [String] = [], onError: [String] = []) {
        self.onComplete = onComplete
        self.onError = onError
    }

    /// The command for a job that ended so; nil when there is none.
    package func command(for state: JobState) -> [String]? {
        let words =
            switch state {
            case .done: onComplete
            case .failed, .cancelled: onError
            default: [String]()
            }
        return words.isEmpty ? nil : words
    }
}
