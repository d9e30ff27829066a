import Foundation
import Testing

@testable import Fleet

/// The short form of `scripts/fuzz`: the same inputs each time, unless `FETCHCTL_FUZZ_SEED` says otherwise.
@Suite("Decoders of untrusted bytes")
struct ShortFuzzTests {
    static let seed = ProcessInfo.processInfo.environment["FETCHCTL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_121
    /// Inputs for a decoder by its share of a long run: few for those that are slow.
    static func inputs(_ decoder: Decoder) -> Int { min(400, 60 * decoder.share) }

    @Test("accept any bytes without a trap or a hang", arguments: Decoder.all.map(\.name))
    func short(name: String) async throws {
        let decoder = try #require(Decoder.all.first { $0.name == name })
        print("fuzz: ./scripts/fuzz --seeded --seed \(Self.seed) --inputs \(Self.inputs(decoder)) \(name)")
        // Not on a thread of the pool: some decoders wait for asynchronous work.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                for seed in decoder.seeds { decoder.read(seed) }
                var mutator = Mutator(seed: Self.seed, seeds: decoder.seeds)
                for _ in 0..<Self.inputs(decoder) { decoder.read(mutator.input()) }
                continuation.resume()
            }
        }
    }

    @Test("begin with messages of a fleet that are valid") func messages() throws {
        let decoder = try #require(Decoder.all.first { $0.name == "fleet-message" })
        for seed in decoder.seeds {
            #expect(FleetJSON.decode(FleetMessage.self, seed) != nil, "\(String(decoding: seed, as: UTF8.self))")
        }
    }
}
