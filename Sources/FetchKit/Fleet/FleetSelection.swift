import Events
import FetchTypes
import ModelSources
import Swarm
import Transfer

/// Chooses the fleet as a file's engine, and the builtin engine once only that one is allowed.
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
