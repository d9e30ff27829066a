import Foundation
import PracticeHub
import Testing

@Suite("A damaged queue")
struct QueueDamageTests {
    @Test("sets a damaged record aside and says so, leaves a newer one alone and says so, and goes on")
    func damage() async throws {
        try await withQueue(isIdle: true) { scenario in
            for _ in 0..<3 { _ = try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") }
            let newer = "{\"version\":9,\"job\":2,\"state\":\"asleep\"}"
            try "{\"version\":1,\"job\":1,".write(toFile: scenario.queueFolder + "/live/1.json", atomically: true, encoding: .utf8)
            try newer.write(toFile: scenario.queueFolder + "/live/2.json", atomically: true, encoding: .utf8)
            let first = try await scenario.queue("status", "--json")
            #expect(
                first.stderr.contains("job 1") && first.stderr.contains("/damaged/")
                    && first.stderr.contains("job 2 was written by a newer fetchctl"))
            #expect(first.stderr.contains("fetchctl cleanup"), "\(first.stderr)")
            // Once is enough for what was set aside.
            let second = try await scenario.queue("status", "--json")
            #expect(!second.stderr.contains("/damaged/") && second.stderr.contains("newer"), "\(second.stderr)")
            #expect(try await scenario.states() == ["3 scheduled"])
            try await scenario.queue("pause", "all")
            for words in [["status", "2"], ["pause", "2"], ["cancel", "2"], ["wait", "2"]] {
                let refused = try await scenario.run(words)
                refused.expectFailure(66)
                let isSaid = refused.stderr.contains("error: job 2 was written by a newer fetchctl and is left alone.")
                #expect(isSaid, "\(refused.story)")
            }
            #expect(try String(contentsOfFile: scenario.queueFolder + "/live/2.json", encoding: .utf8) == newer)
            func damaged() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: scenario.queueFolder + "/damaged") }
            #expect(try damaged().count { $0.hasSuffix(".json") } == 1)
            let listed = try await scenario.queue("cleanup", "--json")
            #expect(try listed.events().compactMap { $0["owner"]?.string } == ["queue"])
            let cleaned = try await scenario.queue("cleanup", "--yes")
            #expect(cleaned.stdout.contains("/damaged/1."), "\(cleaned.story)")
            #expect(try damaged().isEmpty)
            #expect(try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") == "4")
            try await scenario.queue("cancel", "all")
        }
    }

    @Test("is shown by doctor, which says what ends it")
    func doctor() async throws {
        try await withQueue(isIdle: true) { scenario in
            for _ in 0..<3 { _ = try await scenario.enqueue("civitai:12345", "--at", "+1h", "-q") }
            try "{\"version\":9,\"job\":2}".write(toFile: scenario.queueFolder + "/live/2.json", atomically: true, encoding: .utf8)
            try "{".write(toFile: scenario.queueFolder + "/live/3.json", atomically: true, encoding: .utf8)
            let before = try await scenario.run(["doctor"], timeout: 30).stdout
            #expect(before.contains("job 2 was written by a newer fetchctl") && before.contains("job 3 was damaged"), "\(before)")
            try await scenario.queue("cancel", "1")
            let aside = try await scenario.run(["doctor"], timeout: 30).stdout
            #expect(aside.contains("job 3 was damaged") && aside.contains("/damaged") && aside.contains("fetchctl cleanup"), "\(aside)")
            try await scenario.queue("cleanup", "--yes")
            #expect(try await !scenario.run(["doctor"], timeout: 30).stdout.contains("damaged"))
        }
    }
}
