/// An error as a person sees it: what happened, why as far as is known, what to do next.
///
/// What is put in is cleaned here: it becomes one line without control characters and without what signs a link.
/// Nothing that holds another secret may be put in.
package struct Failure: Error, Sendable, CustomStringConvertible {
    package var kind: FailureKind
    package var code: ExitCode
    /// One sentence: what happened.
    package var message: String { didSet { message = Self.cleaned(message) } }
    /// Why, as far as is known.
    package var why: String? { didSet { why = why.map(Self.cleaned) } }
    /// What to do next.
    package var hint: String? { didSet { hint = hint.map(Self.cleaned) } }
    /// A page to visit, or nil.
    package var page: String? { didSet { page = page.map(Self.cleaned) } }
    /// The HTTP status behind it, where one answer decided.
    package var status: Int?
    /// What broke on the way, where no answer came.
    package var fault: TransportFault.Kind?
    /// Whether the transfer broke off at a server that serves the whole file only: each further try began at the start.
    package var cannotResume = false
    /// Whether the source knows the place and has no such thing there: a copy that was kept is no substitute then.
    package var deniesExistence = false

    /// - Parameter code: the exit code where it differs from the kind's own.
    package init(
        _ kind: FailureKind, _ message: String, why: String? = nil, hint: String? = nil, page: String? = nil,
        code: ExitCode? = nil
    ) {
        self.kind = kind
        self.code = code ?? kind.exitCode
        self.message = Self.cleaned(message)
        self.why = why.map(Self.cleaned)
        self.hint = hint.map(Self.cleaned)
        self.page = page.map(Self.cleaned)
    }

    /// The same failure with a further reason.
    /// - Parameter reason: a clause without a full stop.
    package func adding(why reason: String) -> Failure {
        var failure = self
        let known = why.map { ($0.hasSuffix(".") ? String($0.dropLast()) : $0) + "; " }
        failure.why = (known ?? "") + reason + "."
        return failure
    }

    private static func cleaned(_ text: String) -> String { text.withoutSigningQueries.withoutControlCharacters }

    package var description: String {
        var lines = ["error: \(message)"]
        if let why { lines.append("  why: \(why)") }
        if let hint { lines.append("  do:  \(hint)") }
        return lines.joined(separator: "\n")
    }
}
