/// Whose a token is, as its service says.
package struct ServiceAccount: Sendable, Equatable {
    /// The account's name.
    package var name: String
    /// What the token is called there, if it is called anything.
    package var tokenName: String?
    /// `read`, `write`, `fineGrained`, where the service says.
    package var role: String?
    package var organisations: [String] = []
}
