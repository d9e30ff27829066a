import Events
import FetchTypes
import ModelSources
import Swarm
import Transfer

/// The interface of a file's job to the fleet that transfers the file.
struct SharedFile: Sendable {
    /// The file's index in the manifest.
    let index: Int
    let plane: SwarmPlane
    let member: any FleetMembership
    let engine: SwarmEngine

    /// Called when the file is verified.
    /// - Returns: whether the fleet agrees; the file is never discarded then.
    func accept(_ verdict: Verdict) async throws -> Bool {
        guard let sha256 = verdict.sha256 else {
            await member.settled(index)
            return true
        }
        guard try await member.verified(index, sha256: sha256) else { return false }
        await plane.hasPlaced(index)
        return true
    }

    /// Called when the file's bytes are wrong.
    /// - Returns: whether the fleet transfers them again.
    func reject() async throws -> Bool {
        // Another member may have reported it before: then it is transferred again already.
        var isAgain = await plane.waitForDiscards(ofFile: index) != engine.discards
        if !isAgain { isAgain = try await member.bad(index) }
        // After this only new bytes are hashed.
        _ = await plane.waitForDiscards(ofFile: index)
        return isAgain
    }

    /// Called when the file continues without the fleet, or fails.
    func leave() async {
        await plane.close(index)
        await member.settled(index)
    }
}
