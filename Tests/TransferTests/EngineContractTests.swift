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
