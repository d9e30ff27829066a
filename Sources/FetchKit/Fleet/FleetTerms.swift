package import Curl
package import Fleet

/// The options with which a batch takes part in a fleet.
package struct FleetTerms: Sendable {
    package var settings: FleetSettings
    package var secret: FleetSecret
    /// Sends requests to the fleet's aria2c, bypassing a proxy.
    package var local: CurlClient?

    package init(settings: FleetSettings, secret: FleetSecret) {
        self.settings = settings
        self.secret = secret
    }
}
