/// The `add` line of a job, and what it needs to mean the same later, in another process. No secret is in it.
package struct JobLine: Sendable, Equatable {
    /// What followed `add`, as typed; options about the queue itself may be among it.
    package var arguments: [String]
    /// Where it was typed, absolute: relative paths are taken from here.
    package var folder: String
    /// The umask, 0 to 0o777.
    package var umask: UInt16
    /// See ``JobEnvironment``.
    package var environment: [String: String]
    /// What the input file of `-i` held when the line was typed; nil without `-i`.
    package var input: String?
    /// The variables that it was added with and whose values are not kept (``JobEnvironment/secrets(_:)``), as far as it needs them.
    package var secrets: [String]
    /// The line had something that is not kept (a header's value, a signed link): it cannot be run again.
    package var isIncomplete: Bool

    package init(
        arguments: [String], folder: String, umask: UInt16, environment: [String: String], input: String? = nil, secrets: [String] = [],
        isIncomplete: Bool = false
    ) {
        self.arguments = arguments
        self.folder = folder
        self.umask = umask & 0o777
        self.environment = environment
        self.input = input
        self.secrets = secrets
        self.isIncomplete = isIncomplete
    }
}
