package import Events
package import FetchKit

/// What an import needs of the program that runs it.
package protocol ImportHost: Sendable {
    var environment: [String: String] { get }
    /// Whether a program reads the events, and is told what each file turned out to be.
    var reportsResolved: Bool { get }

    func report(_ event: Event)
    /// Gives the body access to the services. Called at most once, and only where a service has to be asked.
    func withLookup<Result>(_ body: (SourceLookup) async throws -> Result) async throws -> Result
}
