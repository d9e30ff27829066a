import Aria2
import Curl
import FetchTypes
import Foundation
import Partials
import PracticeHub
import Storage
import TestSupport
import Testing
@testable import Events
@testable import Transfer

/// An engine continues what an engine has begun, itself or the other one.
extension EngineContractTests {
    static let maps: [[Int]] = [[0], [7], [0, 1, 2, 3], [1, 3, 5, 7], [0, 2, 3, 6], [0, 1, 2, 3, 4, 5, 6]]

    @Test("resumes from any map, and fetches only missing pieces", arguments: EngineName.present)
    func resume(name: EngineName) async throws {
        var configuration = HubConfiguration()
        // As fast as loopback is, much more than is wanted would be on its way when a connection is closed.
        configuration.bytesPerSecondPerConnection = 16 << 20
        try await Bench.with([name], configuration) { bench in
            let file = try await bench.file()
            let engine = bench.engine(name)
            for (number, pieces) in Self.maps.enumerated() {
                let partial = try await bench.partial(size: file.size, target: "\(number).bin")
                try bench.fill(partial, pieces, from: file)
                await bench.hub.resetRequests()
                let meter = TransferMeter()
                try await bench.transfer(engine, into: partial, meter: meter)
                #expect(partial.map?.isComplete == true)
                #expect(try partial.falsePieces(file) == [])
                #expect(meter.receivedBytes == file.size)
                let missing = file.size - Int64(pieces.count) * Self.mebi
                let served = await bench.served()
                #expect(served >= missing)
                // What a connection that ends early had on its way is lost: a piece for each gap at most.
                #expect(served <= missing + 4 * Self.mebi, "\(name) had \(pieces) and was served \(served) bytes")
                #expect(meter.fetchedBytes >= missing)
                #expect(meter.fetchedBytes <= missing + 4 * Self.mebi)
            }
        }
    }

    static let pairs: [(first: EngineName, second: EngineName)] = EngineName.present.flatMap { first in
        EngineName.present.map { (first, $0) }
    }

    @Test("finishes what either of them began, with little fetched twice", arguments: pairs)
    func handOver(first: EngineName, second: EngineName) async throws {
        var configuration = HubConfiguration()
        configuration.modelSize = 24 << 20
        configuration.bytesPerSecondTotal = 16 << 20
        try await Bench.with([first, second], configuration) { bench in
            let file = try await bench.file("large.bin")
            let kept = try await begin(first, bench, file)
            #expect(kept >= 6 * Self.mebi)
            await bench.hub.resetRequests()
            let partial = try await bench.partial(size: file.size)
            #expect(partial.presentBytes >= kept)
            #expect(try partial.falsePieces(file) == [])
            let missing = file.size - partial.presentBytes
            try await bench.transfer(bench.engine(second), "large.bin", into: partial)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            #expect(await bench.served() <= missing + 4 * Self.mebi)
        }
    }

    /// Lets an engine fetch a part of a file and be cancelled, as at Ctrl-C.
    /// - Returns: bytes in whole pieces by then.
    private func begin(_ name: EngineName, _ bench: Bench, _ file: PracticeFile) async throws -> Int64 {
        let partial = try await bench.partial(size: file.size)
        let task = Task { try await bench.transfer(bench.engine(name), "large.bin", into: partial) }
        try await bench.wait(for: partial) { $0.presentBytes >= 6 * Self.mebi }
        task.cancel()
        _ = await task.result
        try partial.saveForLater()
        return partial.presentBytes
    }
}
