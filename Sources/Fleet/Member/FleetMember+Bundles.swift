import Crypto
import FetchTypes

/// Bundles of small files: they come over the control channel, not from aria2c.
extension FleetMember {
    /// - Returns: false where the member that has the bundle does not send it, or sends wrong bytes.
    func copyBundle(_ segment: FleetSegment, _ what: Known) async throws -> Bool {
        guard let leader, let keeper = peers[what.keeper] else { return false }
        let place = FleetClient.Place(host: keeper.address, port: keeper.controlPort)
        guard let bytes = try? await client.bundle(segment, in: manifest, from: place, epoch: leader.epoch) else { return false }
        var start = 0
        for (file, hash) in zip(segment.files, what.hashes.sha1) {
            let end = start + Int(manifest.files[file].size)
            guard Array(Insecure.SHA1.hash(data: bytes[start..<end])) == hash else { return false }
            start = end
        }
        try await plane.write(segment, bytes)
        bundleBytes += Int64(bytes.count)
        return true
    }
}
