import Fleet
import Swarm

/// The complete files that a member offers, in the units that are verified together: one large file, or one bundle.
struct SeedPlan: Sendable {
    private let units: [[FleetSegment]]

    /// - Parameters:
    ///   - present: indices in the manifest of complete files.
    ///   - offersRanges: whether this member exchanges segments of large files.
    init(_ manifest: FleetManifest, present: Set<Int>, offersRanges: Bool) {
        let segments = Set(present.compactMap { manifest.segments(of: $0).first?.index }).sorted().map { manifest.segments[$0] }
        units = segments.compactMap { first in
            // A bundle is offered whole.
            if first.isBundle { return first.files.allSatisfy(present.contains) ? [first] : nil }
            return offersRanges ? manifest.segments(of: first.files.lowerBound) : nil
        }
    }

    /// All segments that are offered.
    var segments: [FleetSegment] { units.flatMap(\.self) }

    /// Verifies and offers one unit after the other, once another member has joined.
    func offer(to member: FleetMember, from plane: SwarmPlane) async {
        guard !units.isEmpty, await member.waitForOthers() else { return }
        for unit in units where !Task.isCancelled {
            if let seeds = try? await plane.seed(unit) {
                await member.offer(seeds.present)
                for (file, sha256) in seeds.digests { _ = try? await member.verified(file, sha256: sha256) }
            }
            await member.endChecks(unit)
        }
    }
}
