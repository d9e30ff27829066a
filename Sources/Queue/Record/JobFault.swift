package import FetchTypes

/// Why a job failed or waits: a ``Failure`` as it is kept.
package struct JobFault: Sendable, Equatable {
    package var kind: FailureKind
    package var message: String
    package var why: String?
    package var hint: String?

    package init(_ kind: FailureKind, _ message: String, why: String? = nil, hint: String? = nil) {
        // Cleaned as every failure is: another program may have written the record.
        let failure = Failure(kind, message, why: why, hint: hint)
        self.kind = kind
        self.message = failure.message
        self.why = failure.why
        self.hint = failure.hint
    }

    package init(_ failure: Failure) { self.init(failure.kind, failure.message, why: failure.why, hint: failure.hint) }
}
