import Aria2
import Crypto
import Events
import FetchTypes
import ModelSources
import PracticeHub
import Storage
import TestSupport
import Testing
@testable import Partials
@testable import Transfer

@Suite("A segment from the origin", .timeLimit(.minutes(1))) struct SegmentFetcherTests {
    private static let segment: Range<Int64> = 2 << 20..<5 << 20

    private func fetcher(_ bench: Bench, _ partial: Partial) throws -> SegmentFetcher {
        let engine = BuiltinEngine(client: bench.client, budget: ConnectionBudget())
        let work = TransferWork(try bench.links(), into: partial, connections: 4, meter: TransferMeter())
        return SegmentFetcher(plannedFile(in: bench.scratch.path, file: sourceFile(size: 8 << 20)), engine: engine, work: work)
    }

    @Test("is fetched with requests for exactly its missing bytes, while its pieces are hashed")
    func exact() async throws {
        try await Bench.with([.builtin]) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            try bench.fill(partial, [3], from: file)
            try partial.keepControlFile()
            let meter = TransferMeter()
            async let hashes = PieceHashing(partial, Self.segment, pieceLength: 1 << 20).follow()
            try await fetcher(bench, partial).fetch(Self.segment, meter: meter)
            #expect((0..<8).filter { partial.map?[$0] == true } == [2, 3, 4])
            #expect(try partial.falsePieces(file) == [])
            // The missing ones are two pieces; the end of a slow range may be asked for a second time.
            #expect(meter.fetchedBytes >= 2 << 20 && meter.fetchedBytes < 3 << 20)
            #expect(await bench.served() < 3 << 20)
            let ranges = (2..<5).map { Int64($0) << 20..<Int64($0 + 1) << 20 }
            #expect(try await hashes == ranges.map { Array(Insecure.SHA1.hash(data: file.bytes($0))) })
            // A kill at this point costs nothing.
            let control = try #require(Disk.contents(partial.names.control).flatMap { try? ControlFile(decoding: $0) })
            #expect((0..<8).filter { control.pieces[$0] } == [2, 3, 4])
        }
    }

    @Test("continues after a broken connection")
    func broken() async throws {
        try await Bench.with([.builtin]) { bench in
            let file = try await bench.file()
            await bench.hub.addFault(Fault(.drop, match: "practice.bin", times: 3, after: 300_000))
            let partial = try await bench.partial(size: file.size)
            try await fetcher(bench, partial).fetch(Self.segment, meter: TransferMeter())
            #expect(partial.map?.contains(Self.segment) == true)
            #expect(try partial.falsePieces(file) == [])
        }
    }

    @Test("is refused where the origin limits requests, with the time that it names")
    func rateLimited() async throws {
        try await Bench.with([.builtin]) { bench in
            await bench.hub.addFault(Fault(.status, match: "practice.bin", status: 429, headers: ["Retry-After": "7"]))
            let partial = try await bench.partial(size: 8 << 20)
            let fault = await #expect(throws: SegmentFault.self) {
                try await fetcher(bench, partial).fetch(Self.segment, meter: TransferMeter())
            }
            guard case .rateLimited(let seconds) = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(seconds == 7)
        }
    }

    @Test("is lost where the origin does not serve the file")
    func lost() async throws {
        try await Bench.with([.builtin]) { bench in
            await bench.hub.addFault(Fault(.status, match: "practice.bin", status: 403))
            let partial = try await bench.partial(size: 8 << 20)
            let fault = await #expect(throws: SegmentFault.self) {
                try await fetcher(bench, partial).fetch(Self.segment, meter: TransferMeter())
            }
            guard case .lost(let failure) = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(failure.code == .notAllowed)
        }
    }

    @Test("is compared piece by piece with the hashes of other members")
    func compared() async throws {
        try await Bench.with([.builtin]) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            try bench.fill(partial, [2, 3], from: file)
            try partial.file.write([1, 2, 3], at: 3 << 20 | 5)
            let hashes = (2..<5).map { Array(Insecure.SHA1.hash(data: file.bytes(Int64($0) << 20..<Int64($0 + 1) << 20))) }
            let (good, wrong) = try await PieceHashing(partial, Self.segment, pieceLength: 1 << 20).compare(with: hashes)
            #expect(good == [true, false, false])
            #expect(wrong == [3 << 20..<4 << 20])
        }
    }
}
