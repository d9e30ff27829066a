import Aria2
import Events
import FetchTypes
import Foundation
import Glibc
import ModelSources
import PracticeHub
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// A call to aria2c is cancelled, late or not acknowledged.
extension Aria2JobTests {
    private static func late(_ request: HTTPRequest) -> TransportFault { TransportFault(.timeout, host: request.url.host, detail: "late") }

    @Test("is taken out again where it is cancelled while aria2c is being given it")
    func cancelledWhileAdded() async throws {
        let (isThere, mayGoOn) = (Flag(), Flag())
        let between: @Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse = { request, send in
            let response = try await send(request)
            guard Self.isCall("aria2.addMetalink", request) else { return response }
            isThere.raise()
            // As libcurl would, this ends at once where the task that called is cancelled.
            while !mayGoOn.isUp { try await Task.sleep(for: .milliseconds(2)) }
            return response
        }
        try await Bench.with([.aria2], Self.slow, between: between) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let task = Task {
                await outcome { try await bench.transfer(bench.engine(.aria2), "large.bin", into: partial) }
            }
            while !isThere.isUp { try await Task.sleep(for: .milliseconds(2)) }
            task.cancel()
            mayGoOn.raise()
            #expect(await task.value == "cancelled")
            try await expectLetGo(bench, partial)
        }
    }

    @Test(
        "that aria2c does not say it let go of ends that aria2c, which is said once",
        arguments: ["aria2.forceRemove", "aria2.tellStatus"])
    func stuck(method: String) async throws {
        let between: @Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse = { request, send in
            // The polls ask for all jobs in one call.
            if Self.isCall(method, request), !Self.isCall("system.multicall", request) { throw Self.late(request) }
            return try await send(request)
        }
        try await Bench.with([.aria2], Self.slow, between: between) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let notes = Mutex<[String]>([])
            let task = Task {
                await outcome {
                    try await bench.engine(.aria2).transfer(
                        TransferWork(
                            try bench.links("large.bin"), into: partial, connections: 4, meter: TransferMeter(),
                            say: { note in notes.withLock { $0.append("\(note)") } }))
                }
            }
            try await bench.wait(for: partial) { $0.presentBytes > 0 }
            let daemon = try #require(partial.record.holder?.aria2)
            task.cancel()
            #expect(await task.value == "cancelled")
            #expect(!OrphanedAria2(process: daemon.pid, startTime: daemon.startTime).isAlive)
            #expect(partial.record.holder?.aria2 == nil)
            let said = notes.withLock { $0 }
            #expect(said.count == 1 && said[0].contains("aria2c was ended"), "\(said)")
            #expect(try partial.falsePieces(file) == [])
        }
    }

    @Test("that aria2c did not acknowledge leaves no aria2c that may have it; another one gets it")
    func unanswered() async throws {
        let calls = Atomic(0)
        let between: @Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse = { request, send in
            let response = try await send(request)
            guard Self.isCall("aria2.addMetalink", request), calls.add(1, ordering: .relaxed).oldValue == 0 else { return response }
            throw Self.late(request)
        }
        try await Bench.with([.aria2], between: between) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            let first = try await bench.supervisor!.daemon()
            try await bench.transfer(bench.engine(.aria2), into: partial)
            #expect(first.exit != nil)
            #expect(calls.load(ordering: .relaxed) == 2)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
        }
    }
}
