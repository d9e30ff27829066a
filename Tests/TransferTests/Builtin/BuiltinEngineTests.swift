import Events
import FetchTypes
import ModelSources
import PracticeHub
import Storage
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Transfer

@Suite("The builtin engine") struct BuiltinEngineTests {
    @Test("takes a file of unknown size to its end")
    func unknownSize() async throws {
        try await Bench.with([.builtin]) { bench in
            let file = try await bench.file()
            await bench.hub.addFault(Fault(.noLength, match: "practice.bin"))
            let partial = try await bench.partial(size: nil)
            let meter = TransferMeter()
            try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 4, meter: meter)
            #expect(partial.size == file.size)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            #expect(meter.receivedBytes == file.size)
            #expect(meter.fetchedBytes == file.size)
        }
    }

    @Test("accepts the end of a file of unknown size only when the server marked it")
    func unknownSizeBroken() async throws {
        try await Bench.with([.builtin]) { bench in
            await bench.hub.addFault(Fault(.noLength, match: "practice.bin"))
            await bench.hub.addFault(Fault(.drop, match: "practice.bin", after: 3 << 20))
            let partial = try await bench.partial(size: nil)
            let words = await outcome {
                try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 4, meter: TransferMeter())
            }
            #expect(words == "network cut")
            #expect(partial.size == nil)
        }
    }

    @Test("takes an empty file")
    func empty() async throws {
        try await Bench.with([.builtin]) { bench in
            for size in [nil, 0] as [Int64?] {
                let partial = try await bench.partial(size: size, target: "empty-\(size ?? -1).bin")
                try await bench.engine(.builtin).transfer(
                    try bench.links("empty.bin"), into: partial, connections: 4, meter: TransferMeter())
                #expect(partial.size == 0)
                #expect(try partial.file.status().size == 0)
            }
        }
    }

    @Test("does not report mirrors when it is cancelled", arguments: 0..<10)
    func cancelledMirrors(round: Int) async throws {
        try await Bench.with([.builtin]) { bench in
            await bench.hub.addFault(Fault(.stall, match: "practice.bin", after: 1000))
            let partial = try await bench.partial(size: 8 << 20)
            let notes = Mutex<[String]>([])
            let mirrors = [
                Mirror("slow", LinkKeeper(SilentLocator())), Mirror("stalled", try bench.links()),
                Mirror("slower", LinkKeeper(SilentLocator())),
            ]
            let work = TransferWork(
                try bench.links(), mirrors: mirrors, into: partial, connections: 4, meter: TransferMeter(),
                say: { note in notes.withLock { $0.append("\(note)") } })
            let task = Task { try await bench.engine(.builtin).transfer(work) }
            while await bench.hub.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(notes.withLock { $0 }.isEmpty)
        }
    }

    static let changes: [(fault: Fault, etag: String?, words: String)] = [
        (Fault(.replaced), nil, "done"), (Fault(.replaced), "\"older\"", "changed"),
        (Fault(.slow, bytesPerSecond: 64 << 20), "W/\"older\"", "changed"),
    ]

    @Test("never mixes two versions", arguments: changes)
    func version(fault: Fault, etag: String?, words expected: String) async throws {
        try await Bench.with([.builtin]) { bench in
            var fault = fault
            fault.match = "practice.bin"
            await bench.hub.addFault(fault)
            let partial = try await bench.partial(size: 8 << 20)
            if let etag { try partial.compareVersion(Validators(etag: etag, host: "127.0.0.1")) }
            let words = await outcome {
                try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 4, meter: TransferMeter())
            }
            #expect(words == expected)
        }
    }

    @Test("says what the size is where another was published", arguments: [(8 << 20) - 1, (8 << 20) + 1, 1] as [Int64])
    func wrongSize(size: Int64) async throws {
        try await Bench.with([.builtin]) { bench in
            let partial = try await bench.partial(size: size)
            let words = await outcome {
                try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 4, meter: TransferMeter())
            }
            #expect(words == "wrongSize \(size) \(8 << 20)")
            #expect(partial.presentBytes == 0)
        }
    }

    @Test("continues with fewer connections where one is refused")
    func crowded() async throws {
        var configuration = HubConfiguration()
        configuration.simultaneousTransfers = 2
        configuration.bytesPerSecondPerConnection = 16 << 20
        try await Bench.with([.builtin], configuration) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 16, meter: TransferMeter())
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            #expect(await bench.hub.requests().contains { $0.status == 503 })
        }
    }

    @Test("assigns ranges in file order, so that hashing can follow")
    func order() async throws {
        try await Bench.with([.builtin]) { bench in
            let partial = try await bench.partial(size: 8 << 20)
            try await bench.engine(.builtin).transfer(try bench.links(), into: partial, connections: 1, meter: TransferMeter())
            let starts = await bench.hub.requests().compactMap {
                $0.header("Range").flatMap { Int64($0.dropFirst(6).prefix { $0 != "-" }) }
            }
            #expect(starts.count > 1)
            #expect(starts == starts.sorted())
        }
    }
}

@Suite("The connection budget") struct ConnectionBudgetTests {
    @Test("A file gets what it wants up to the limit, and the first connection always")
    func one() {
        let budget = ConnectionBudget(limit: 4)
        let permit = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(permit.take(3) == 3)
        #expect(permit.take(3) == 1)
        #expect(permit.take() == 0)
        #expect(permit.count == 4)
        permit.giveBack(2)
        #expect(permit.take(9) == 2)
    }

    @Test("Files share a host alike, and hosts do not share")
    func several() {
        let budget = ConnectionBudget(limit: 8)
        let first = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(first.take(8) == 8)
        #expect(!first.isOverShare)
        let second = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(first.isOverShare)
        // Nothing is free yet; one is granted all the same.
        #expect(second.take(8) == 1)
        #expect(budget.permit(at: Origin(scheme: "https", host: "b.example", port: 443)).take(8) == 8)
        first.giveBack(4)
        #expect(!first.isOverShare)
        #expect(second.take(8) == 3)
        #expect(second.take(8) == 0)
    }

    @Test("What a file held is free again when it ends")
    func ending() {
        let budget = ConnectionBudget(limit: 3)
        var permit: HostConnectionPermit? = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(permit?.take(3) == 3)
        permit = nil
        let next = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(next.take(3) == 3)
    }

    @Test("The first files leave connections for the files that follow")
    func crowd() {
        let budget = ConnectionBudget(limit: 8, crowd: 4)
        let permit = budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443))
        #expect(permit.take(8) == 2)
        let (one, other) = (ObjectIdentifier(budget), ObjectIdentifier(BuiltinEngineTests.self))
        budget.setCrowd(1, of: one)
        #expect(permit.take(8) == 6)
        budget.setCrowd(99, of: other)
        #expect(budget.permit(at: Origin(scheme: "https", host: "a.example", port: 443)).take(8) == 1)
        budget.setCrowd(0, of: other)
        #expect(budget.fairShare(at: Origin(scheme: "https", host: "a.example", port: 443)) == 8)
    }
}

/// A source that does not answer.
private struct SilentLocator: ByteLocator {
    var host = "files.example"
    func locate() async throws -> ByteLink {
        try await Task.sleep(for: .seconds(60))
        throw CancellationError()
    }
}
