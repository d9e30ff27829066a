package import Curl
package import Fleet

/// How a batch takes part in a fleet.
package struct FleetTerms: Sendable {
    package var settings: FleetSettings
    package var secret: FleetSecret
    /// Asks the fleet's aria2c, past any proxy.
    package var local: CurlClient?

    package init(settings: FleetSettings, secret: FleetSecret) {
        self.settings = settings
        self.secret = secret
    }
}
