package import Aria2
package import Curl
package import Fleet
package import Transfer

extension SwarmPlane {
    /// The dependencies and options of a plane.
    package struct Setup: Sendable {
        package var manifest: FleetManifest
        /// ``Fleet/FleetSecret/salt(for:)``
        package var salt: [UInt8]
        /// The manifest's files, in its order.
        package var planned: [PlannedFile]
        /// How to start aria2c; nil: this member has none.
        package var launch: Aria2Launch?
        /// Sends requests to aria2c, bypassing a proxy.
        package var local: CurlClient
        /// Sends requests to origins.
        package var client: CurlClient
        package var engine: BuiltinEngine
        /// Whether the whole stream between members is encrypted.
        package var encrypts: Bool
        /// Where bundles are stored: a folder on the disk that the files end on.
        package var directory: String
        /// The target folder of the first file, which is the same file on all members.
        package var folder: String
        /// Reports a warning of one sentence.
        package var warn: @Sendable (String) -> Void

        package init(
            manifest: FleetManifest, salt: [UInt8], planned: [PlannedFile], launch: Aria2Launch?, local: CurlClient, client: CurlClient,
            engine: BuiltinEngine, encrypts: Bool, directory: String, folder: String, warn: @escaping @Sendable (String) -> Void
        ) {
            (self.manifest, self.salt, self.planned, self.launch) = (manifest, salt, planned, launch)
            (self.local, self.client, self.engine, self.encrypts) = (local, client, engine, encrypts)
            (self.directory, self.folder, self.warn) = (directory, folder, warn)
        }
    }
}
