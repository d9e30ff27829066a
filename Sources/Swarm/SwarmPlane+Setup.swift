package import Aria2
package import Curl
package import Fleet
package import Transfer

extension SwarmPlane {
    /// What a plane works with.
    package struct Setup: Sendable {
        package var manifest: FleetManifest
        /// ``Fleet/FleetSecret/salt(for:)``
        package var salt: [UInt8]
        /// The manifest's files, in its order.
        package var planned: [PlannedFile]
        /// What an aria2c is started with; nil: this member has none.
        package var launch: Aria2Launch?
        /// Asks aria2c and nobody else: past any proxy.
        package var local: CurlClient
        /// Asks origins.
        package var client: CurlClient
        package var engine: BuiltinEngine
        /// All of the stream between members is encrypted.
        package var encrypts: Bool
        /// Where small files are gathered: on the disk that they end on.
        package var directory: String
        /// Where a file of the batch goes: the same one on all members.
        package var folder: String
        /// Told in one sentence what a person should know.
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
