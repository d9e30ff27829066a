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

/// The contract of both engines: a caller need not know which one it uses.
@Suite("Either engine", .timeLimit(.minutes(1))) struct EngineContractTests {
    static let mebi: Int64 = 1 << 20
    static let size = 8 * mebi

    @Test("fetches a whole file, and counts its bytes exactly", arguments: EngineName.present)
    func whole(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            let meter = TransferMeter()
            let engine = bench.engine(name)
            #expect(engine.name == name)
            try await bench.transfer(engine, into: partial, meter: meter)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            #expect(try partial.file.status().size == file.size)
            #expect(meter.receivedBytes == file.size)
            #expect(meter.fetchedBytes >= file.size)
            #expect(meter.connections == 0)
            // A complete one is no work.
            await bench.hub.resetRequests()
            try await bench.transfer(engine, into: partial)
            #expect(await bench.hub.requests().isEmpty)
        }
    }

    static let sizes: [Int64] = [1, mebi - 1, mebi, mebi + 1, 3 * mebi + 17]

    @Test("fetches files of any size", arguments: EngineName.present)
    func sizes(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let engine = bench.engine(name)
            for size in Self.sizes {
                let content = await bench.hub.addFile(NewFile(.plain, name: "odd-\(size).bin", size: size, seed: 77)).content
                let partial = try await bench.partial(size: size, target: "odd-\(size).bin")
                let meter = TransferMeter()
                try await bench.transfer(engine, "odd-\(size).bin", into: partial, connections: 16, meter: meter)
                #expect(partial.map?.isComplete == true)
                #expect(try partial.falsePieces(content) == [])
                #expect(try partial.file.status().size == size)
                #expect(meter.receivedBytes == size)
            }
        }
    }

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

    @Test("marks no piece before its bytes are in the file", arguments: EngineName.present)
    func trueMap(name: EngineName) async throws {
        var configuration = HubConfiguration()
        configuration.bytesPerSecondTotal = 4 << 20
        try await Bench.with([name], configuration) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            let engine = bench.engine(name)
            let isDone = Flag()
            let counts = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
                group.addTask {
                    defer { isDone.raise() }
                    try await bench.transfer(engine, into: partial)
                    return []
                }
                group.addTask {
                    var counts: Set<Int> = []
                    while !isDone.isUp {
                        counts.insert(partial.map?.completeCount ?? 0)
                        #expect(try partial.falsePieces(file) == [])
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    return counts
                }
                return try await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
            }
            #expect(counts.count > 1, "it was looked at too seldom to tell anything")
            #expect(partial.map?.isComplete == true)
        }
    }

    @Test("stops within two seconds when cancelled, and writes nothing after that", arguments: EngineName.present)
    func cancel(name: EngineName) async throws {
        var configuration = HubConfiguration()
        configuration.bytesPerSecondTotal = 4 << 20
        try await Bench.with([name], configuration) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let meter = TransferMeter()
            let task = Task { try await bench.transfer(bench.engine(name), "large.bin", into: partial, meter: meter) }
            try await bench.wait(for: partial) { $0.presentBytes >= Self.mebi }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(2))
            if let supervisor = bench.supervisor {
                let daemon = try await supervisor.daemon()
                #expect(!openFiles(of: daemon.process).contains(partial.names.data), "aria2c still has the file")
            }
            #expect(meter.connections == 0)
            // Whatever would still be written would restore bytes.
            try partial.file.truncate(to: 0)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try partial.file.status().size == 0)
        }
    }

    @Test("stops as soon when the server is silent", arguments: EngineName.present)
    func cancelStalled(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let file = try await bench.file()
            await bench.hub.addFault(Fault(.stall, match: "practice.bin", after: 1000))
            let partial = try await bench.partial(size: file.size)
            let task = Task { try await bench.transfer(bench.engine(name), into: partial) }
            while await bench.hub.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(2))
        }
    }

    struct Trouble: CustomTestStringConvertible {
        var testDescription: String
        var fault: Fault
        /// What the engine ends with; the same for both unless said otherwise.
        var words: String
        var aria2: String?
    }

    static let troubles: [Trouble] = [
        Trouble(testDescription: "503", fault: Fault(.status, status: 503), words: "refused 503"),
        Trouble(
            testDescription: "503 with Retry-After", fault: Fault(.status, status: 503, headers: ["Retry-After": "7"]),
            words: "refused 503 after 7"),
        Trouble(testDescription: "500", fault: Fault(.status, status: 500), words: "refused 500"),
        Trouble(testDescription: "429", fault: Fault(.status, status: 429, headers: ["Retry-After": "9"]), words: "refused 429 after 9"),
        Trouble(testDescription: "403", fault: Fault(.status, status: 403), words: "refused 403"),
        Trouble(testDescription: "401", fault: Fault(.status, status: 401), words: "refused 401"),
        Trouble(testDescription: "404", fault: Fault(.status, status: 404), words: "refused 404"),
        Trouble(testDescription: "410", fault: Fault(.status, status: 410), words: "refused 410"),
        Trouble(testDescription: "416", fault: Fault(.status, status: 416), words: "refused 416"),
        Trouble(testDescription: "a page", fault: Fault(.html), words: "page"),
        Trouble(testDescription: "no answer", fault: Fault(.noAnswer), words: "network dropped"),
        Trouble(
            testDescription: "drops at the first bytes", fault: Fault(.drop, after: 100), words: "network cut", aria2: "network dropped"),
        Trouble(
            testDescription: "another range than asked for", fault: Fault(.rangeOffByOne), words: "protocolViolation", aria2: "engineLost"),
    ]

    @Test("ends with the fault that tells what the server did, nothing marked and nothing false", arguments: EngineName.present)
    func faults(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let file = try await bench.file()
            let engine = bench.engine(name)
            for (number, trouble) in Self.troubles.enumerated() {
                await bench.hub.clearFaults()
                var fault = trouble.fault
                fault.match = "practice.bin"
                await bench.hub.addFault(fault)
                let partial = try await bench.partial(size: file.size, target: "\(number).bin")
                try bench.fill(partial, [2], from: file)
                let start = ContinuousClock.now
                let words = await outcome {
                    try await bench.transfer(engine, into: partial)
                }
                #expect(words == (name == .aria2 ? trouble.aria2 ?? trouble.words : trouble.words), "\(name), \(trouble.testDescription)")
                #expect(ContinuousClock.now - start < .seconds(10))
                #expect(partial.map?.completeCount == 1, "\(name), \(trouble.testDescription)")
                #expect(try partial.falsePieces(file) == [], "\(name), \(trouble.testDescription)")
            }
        }
    }

    @Test("completes a file although every connection drops, with few bytes fetched twice", arguments: EngineName.present)
    func drops(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let file = try await bench.file()
            await bench.hub.addFault(Fault(.drop, match: "practice.bin", after: 700_000))
            let partial = try await bench.partial(size: file.size)
            let engine = bench.engine(name)
            let meter = TransferMeter()
            // Pieces are 1 MiB: only what an engine keeps of unfinished ones gets it on.
            var tries = 0
            while partial.map?.isComplete != true, tries < 40 {
                tries += 1
                let words = await outcome { try await bench.transfer(engine, into: partial, meter: meter) }
                #expect(["done", "network cut", "network dropped"].contains(words))
                #expect(try partial.falsePieces(file) == [])
            }
            #expect(await bench.served() <= file.size + 4 * Self.mebi)
            #expect(partial.map?.isComplete == true)
            #expect(meter.receivedBytes == file.size)
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

    /// A link without ranges is the builtin engine's (``TransferLoop``); aria2c is given one where that has just changed.
    @Test("works without ranges where the server has none, or yields to the other engine", arguments: EngineName.present)
    func rangesIgnored(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let file = try await bench.file()
            await bench.hub.addFault(Fault(.ignoreRange, match: "practice.bin"))
            let engine = bench.engine(name)
            let partial = try await bench.partial(size: file.size)
            let meter = TransferMeter()
            let whole = await outcome { try await bench.transfer(engine, into: partial, meter: meter) }
            #expect(whole == (name == .builtin ? "done" : "engineLost"))
            #expect(partial.map?.isComplete == (name == .builtin))
            #expect(try partial.falsePieces(file) == [])
            if name == .builtin { #expect(meter.receivedBytes == file.size) }
            // With a part of it there, that part cannot be added to: the caller has to decide.
            let begun = try await bench.partial(size: file.size, target: "begun.bin")
            try bench.fill(begun, [0, 1], from: file)
            let words = await outcome { try await bench.transfer(engine, into: begun) }
            #expect(words == (name == .builtin ? "rangesIgnored" : "engineLost"))
            #expect(begun.map?.completeCount == 2)
            #expect(try begun.falsePieces(file) == [])
        }
    }

    @Test("opens no more connections than it is given, nor than the host's share", arguments: EngineName.present)
    func connections(name: EngineName) async throws {
        var configuration = HubConfiguration()
        configuration.bytesPerSecondPerConnection = 4 << 20
        for (asked, limit, expected) in [(1, 32, 1), (3, 32, 3), (16, 2, 2)] {
            try await Bench.with([name], configuration) { bench in
                let file = try await bench.file()
                let partial = try await bench.partial(size: file.size)
                let engine = bench.engine(name, budget: ConnectionBudget(limit: limit))
                let meter = TransferMeter()
                let isDone = Flag()
                try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        defer { isDone.raise() }
                        try await bench.transfer(engine, into: partial, connections: asked, meter: meter)
                        return 0
                    }
                    group.addTask {
                        var most = 0
                        while !isDone.isUp {
                            most = max(most, meter.connections)
                            // A connection that was closed early counts there until the hub has noticed.
                            #expect(await bench.hub.requests().count { !$0.finished } <= expected + 2)
                            try await Task.sleep(for: .milliseconds(10))
                        }
                        return most
                    }
                    for try await most in group { #expect(most <= expected) }
                }
                #expect(partial.map?.isComplete == true)
            }
        }
    }
}
