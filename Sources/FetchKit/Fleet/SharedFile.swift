import Events
import FetchTypes
import ModelSources
import Swarm
import Transfer

/// A file that a fleet fetches together, as its job sees it.
struct SharedFile: Sendable {
    /// Its place in the manifest.
    let index: Int
    let plane: SwarmPlane
    let member: any FleetMembership
    let engine: SwarmEngine

    /// The file is what was published, here.
    /// - Returns: whether the fleet agrees; nothing of it is taken back then.
    func accept(_ verdict: Verdict) async throws -> Bool {
        guard let sha256 = verdict.sha256 else {
            await member.settled(index)
            return true
        }
        guard try await member.verified(index, sha256: sha256) else { return false }
        await plane.hasPlaced(index)
        return true
    }

    /// The file's bytes are wrong.
    /// - Returns: whether the fleet brings them again.
    func reject() async throws -> Bool {
        // Others may have said so before: it comes again already.
        var isAgain = await plane.settled(index) != engine.discards
        if !isAgain { isAgain = try await member.bad(index) }
        // What is hashed from here on is what comes.
        _ = await plane.settled(index)
        return isAgain
    }

    /// The file goes on without the fleet, or not at all.
    func leave() async {
        await plane.close(index)
        await member.settled(index)
    }
}

/// Gives a file the fleet as its engine, and the ordinary ones once that is no good for it.
struct FleetSelection: EngineSelection {
    let ordinary: EngineChooser
    let engine: SwarmEngine

    var builtin: any TransferEngine { ordinary.builtin }
    var linkless: (any TransferEngine)? { engine }

    func choose(
        for link: ByteLink, size: Int64?, connections: Int, hasMirrors: Bool, builtinOnly: Bool, emit: EventSink
    ) async -> any TransferEngine {
        builtinOnly ? ordinary.builtin : engine
    }

    func onward(_ link: ByteLink) async throws -> ByteLink { try await ordinary.onward(link) }
    func probe(_ link: ByteLink) async throws -> LinkProbe { try await ordinary.probe(link) }
    func servesRanges(_ link: ByteLink) -> Bool { ordinary.servesRanges(link) }
}
