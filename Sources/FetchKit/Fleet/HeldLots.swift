import Fleet
import Swarm

/// What a member has from before, in the lots in which it is verified and offered: a file each, or a bundle.
struct HeldLots: Sendable {
    private let lots: [[FleetSegment]]

    /// - Parameters:
    ///   - present: places in the manifest of files that are complete here.
    ///   - offersRanges: whether this member exchanges segments of large files with others.
    init(_ manifest: FleetManifest, present: Set<Int>, offersRanges: Bool) {
        let segments = Set(present.compactMap { manifest.segments(of: $0).first?.index }).sorted().map { manifest.segments[$0] }
        lots = segments.compactMap { first in
            // A bundle goes as a whole.
            if first.isBundle { return first.files.allSatisfy(present.contains) ? [first] : nil }
            return offersRanges ? manifest.segments(of: first.files.lowerBound) : nil
        }
    }

    /// All of them.
    var segments: [FleetSegment] { lots.flatMap(\.self) }

    /// Verifies and offers one lot after the other, once there is somebody who may want it.
    func offer(to member: FleetMember, from plane: SwarmPlane) async {
        guard !lots.isEmpty, await member.waitForCompany() else { return }
        for lot in lots where !Task.isCancelled {
            if let held = try? await plane.hold(lot) {
                await member.offer(held.present)
                for (file, sha256) in held.digests { _ = try? await member.verified(file, sha256: sha256) }
            }
            await member.endChecks(lot)
        }
    }
}
