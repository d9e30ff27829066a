package import Curl
package import Fleet

/// How a batch takes part in a fleet.
package struct FleetTerms: Sendable {
    package var settings: FleetSettings
    package var secret: FleetSecret
    /// Asks the fleet's aria2c, past any proxy.
    package var local: CurlClient?
    /// Told what a person or a program should know.
    package var tell: @Sendable (FleetNote) -> Void

    package init(settings: FleetSettings, secret: FleetSecret, tell: @escaping @Sendable (FleetNote) -> Void = { _ in }) {
        self.settings = settings
        self.secret = secret
        self.tell = tell
    }
}
