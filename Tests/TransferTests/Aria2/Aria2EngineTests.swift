import Aria2
import Events
import FetchTypes
import Foundation
import Glibc
import PracticeHub
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("The aria2 engine", .requiresAria2c, .timeLimit(.minutes(1))) struct Aria2EngineTests {
    private static var slow: HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = 24 << 20
        configuration.bytesPerSecondTotal = 12 << 20
        return configuration
    }

    @Test("names the aria2c that writes in the record, and none when it is done")
    func record() async throws {
        try await Bench.with([.aria2], Self.slow) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let task = Task {
                try await bench.engine(.aria2).transfer(try bench.links("large.bin"), into: partial, connections: 4, meter: TransferMeter())
            }
            try await bench.wait(for: partial) { $0.presentBytes > 0 }
            let daemon = try await bench.supervisor!.daemon()
            let written = try #require(JSONFile.read(PartialRecord.self, from: partial.names.record))
            #expect(written.holder?.aria2?.pid == daemon.process)
            #expect(written.holder?.aria2?.startTime == startTime(of: daemon.process))
            try await task.value
            #expect(partial.record.holder?.aria2 == nil)
            #expect(try partial.falsePieces(file) == [])
        }
    }

    @Test("goes on with another aria2c where one was killed, and keeps what was there")
    func killed() async throws {
        try await Bench.with([.aria2], Self.slow) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let task = Task {
                try await bench.engine(.aria2).transfer(try bench.links("large.bin"), into: partial, connections: 4, meter: TransferMeter())
            }
            try await bench.wait(for: partial) { $0.presentBytes >= 4 << 20 }
            let first = try #require(partial.record.holder?.aria2)
            let before = partial.presentBytes
            #expect(kill(first.pid, SIGKILL) == 0)
            try await task.value
            #expect(partial.presentBytes >= before)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            let second = try await bench.supervisor!.daemon()
            #expect(second.process != first.pid)
            #expect(await bench.served() <= file.size + (8 << 20))
            #expect(await bench.supervisor!.isLost == false)
        }
    }

    @Test("reopens connections that broke one by one")
    func thinned() async throws {
        var configuration = HubConfiguration()
        configuration.modelSize = 64 << 20
        configuration.bytesPerSecondPerConnection = 2 << 20
        try await Bench.with([.aria2], configuration) { bench in
            let (_, file) = await bench.hub.addFile(NewFile(.plain, name: "thin.bin", size: 64 << 20))
            // The first request is a lone one: it is let through.
            await bench.hub.addFault(Fault(.drop, match: "thin.bin", times: 6, skip: 1, after: 256 << 10))
            let partial = try await bench.partial(size: file.size)
            try await bench.transfer(bench.engine(.aria2), "thin.bin", into: partial, connections: 8)
            #expect(try partial.falsePieces(file) == [])
            // Two were left; those that came later began in the middle of the file.
            let later = await bench.hub.requests().filter { $0.path.contains("thin.bin") }.dropFirst(9)
            #expect(later.count >= 4, "\(later.count)")
        }
    }

    @Test("is given up when aria2c dies again and again; what was fetched stays")
    func killedForGood() async throws {
        try await Bench.with([.aria2], Self.slow) { bench in
            await bench.hub.addFault(Fault(.stall, match: "large.bin", after: 100))
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            try bench.fill(partial, [0, 1], from: file)
            let isDone = Flag()
            let words = try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    defer { isDone.raise() }
                    return await outcome {
                        try await bench.engine(.aria2).transfer(
                            try bench.links("large.bin"), into: partial, connections: 4, meter: TransferMeter())
                    }
                }
                group.addTask {
                    var killed: Set<Int32> = []
                    while !isDone.isUp {
                        if let daemon = partial.record.holder?.aria2, !killed.contains(daemon.pid),
                            OrphanedAria2(process: daemon.pid, startTime: daemon.startTime).isAlive
                        {
                            killed.insert(daemon.pid)
                            kill(daemon.pid, SIGKILL)
                        }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    #expect(killed.count > 1)
                    return nil
                }
                return try await group.reduce(into: "") { $0 += $1 ?? "" }
            }
            #expect(words == "engineLost")
            #expect(await bench.supervisor!.isLost)
            #expect(partial.map?.completeCount == 2)
            #expect(try partial.falsePieces(file) == [])
            // The other engine does it then.
            await bench.hub.clearFaults()
            try await bench.engine(.builtin).transfer(try bench.links("large.bin"), into: partial, connections: 4, meter: TransferMeter())
            #expect(try partial.falsePieces(file) == [])
            #expect(partial.map?.isComplete == true)
        }
    }

    @Test("is given up at once where aria2c does not even start")
    func neverStarts() async throws {
        let scratch = try Scratch()
        try scratch.write("#!/bin/sh\necho no >&2\nexit 3\n", to: "aria2c")
        #expect(chmod(scratch("aria2c"), 0o755) == 0)
        let executable = Aria2Executable(path: scratch("aria2c"), version: "1.36.0")
        try await Bench.with([.aria2], executable: executable) { bench in
            let partial = try await bench.partial(size: 8 << 20)
            let words = await outcome {
                try await bench.engine(.aria2).transfer(try bench.links(), into: partial, connections: 4, meter: TransferMeter())
            }
            #expect(words == "engineLost")
            #expect(partial.presentBytes == 0)
        }
    }

    @Test("fetches several files at once with one aria2c")
    func several() async throws {
        try await Bench.with([.aria2]) { bench in
            let engine = bench.engine(.aria2)
            let names = ["practice.bin", "practice.safetensors", "practice.gguf", "small.bin"]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names {
                    group.addTask {
                        let file = try await bench.file(name)
                        let partial = try await bench.partial(size: file.size, target: name)
                        try await engine.transfer(try bench.links(name), into: partial, connections: 4, meter: TransferMeter())
                        #expect(partial.map?.isComplete == true)
                        #expect(try partial.falsePieces(file) == [])
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
