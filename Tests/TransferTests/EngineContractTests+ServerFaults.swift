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

/// A server refuses, drops connections or ignores ranges.
extension EngineContractTests {
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
}
