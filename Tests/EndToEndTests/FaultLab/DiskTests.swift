import Foundation
import PracticeHub
import Synchronization
import Testing

@Suite("Fault lab: the disk")
struct DiskTests {
    let name = "practice-model.safetensors"
    let part = "practice-model.safetensors" + Sandbox.partialEnding

    @Test("is found too small for the whole batch, or for the space to keep free, before it starts: 74", arguments: Engine.allCases)
    func preflight(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let huge = ["FETCHCTL_REQUIRED_DISK_SPACE_GB": "8000000"]
            let outcome = try await scenario.add("civitai:12345", "hf:gpt-practice", "--json", environment: huge)
            outcome.expectFailure(74, kind: "disk_full")
            #expect(await scenario.requests("cdn").isEmpty)
            #expect(scenario.box.files.isEmpty)
            try await scenario.add("civitai:12354", "--no-space-check", environment: huge).expectSuccess()
            try await scenario.add("civitai:12344", environment: huge.merging(["FETCHCTL_CHECK_DISK_SPACE": "false"]) { $1 })
                .expectSuccess()
        }
    }

    @Test("is full: 74, before the first byte, whether that was looked at or not; freed, the file comes", arguments: Engine.allCases)
    func full(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.withDisk(4) { resize in
                try await scenario.add("civitai:12345", "-d", "disk", "--json").expectFailure(74, kind: "disk_full")
                #expect(await scenario.requests("cdn").isEmpty)
                let outcome = try await scenario.add("civitai:12345", "-d", "disk", "--json", "--no-space-check")
                outcome.expectFailure(74, kind: "disk_full")
                scenario.expectNoFile("disk/" + name)
                resize(32)
                try await scenario.add("civitai:12345", "-d", "disk").expectSuccess()
                try scenario.expectFile("disk/" + name, await scenario.hub.civitaiFile(12345))
            }
        }
    }

    /// Asked about the file, it does not tell its size; asked for it, it does.
    private static func lateServer(_ size: Int) -> LoopbackServer {
        let isAsked = Mutex(false)
        return LoopbackServer { connection in
            while let head = Wire.readHead(connection) {
                let isFirst = isAsked.withLock { flag in
                    defer { flag = true }
                    return !flag
                }
                var part = 0..<size
                var lines = ["HTTP/1.1 200 OK"]
                if let range = head.firstMatch(of: /(?i)\r\nrange: bytes=(\d+)-(\d*)/) {
                    part = (Int(range.1) ?? 0)..<min(size, (Int(range.2) ?? size - 1) + 1)
                    let ends = "\(part.lowerBound)-\(part.upperBound - 1)"
                    lines = ["HTTP/1.1 206 Partial Content", "Content-Range: bytes \(ends)/\(isFirst ? "*" : "\(size)")"]
                }
                Wire.write(connection, (lines + ["Content-Length: \(part.count)", "", ""]).joined(separator: "\r\n").utf8)
                guard Wire.write(connection, [UInt8](repeating: 0x5A, count: part.count)) else { return }
            }
        }
    }

    @Test(
        "has no room for a file that tells its size late, besides what others were promised: they come, and it does not",
        arguments: Engine.allCases)
    func late(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.withDisk(20) { resize in
                let server = Self.lateServer(16 << 20)
                defer { server.stop() }
                let line = ["add", "http://127.0.0.1:\(server.port)/late.bin", "civitai:12345", "-d", "disk", "-j", "1", "--json"]
                let outcome = try await scenario.run(line)
                outcome.expectFailure(74, kind: "disk_full")
                #expect(outcome.stdout.contains("for other files"), "\(outcome.story)")
                scenario.expectNoFile("disk/late.bin")
                try scenario.expectFile("disk/" + name, await scenario.hub.civitaiFile(12345))
                unlink(scenario.box.path("disk/" + name))
                // The user says that the figure is wrong, and finds out that it was not.
                let unchecked = try await scenario.run(line + ["--no-space-check"])
                unchecked.expectFailure(74, kind: "disk_full")
                #expect(scenario.box.exists("disk/late.bin"), "\(unchecked.story)")
                unlink(scenario.box.path("disk/late.bin"))
                resize(40)
                // 22 MiB to come, and 30 MB are to stay free.
                let kept = try await scenario.run(line, environment: ["FETCHCTL_REQUIRED_DISK_SPACE_GB": "0.03"])
                kept.expectFailure(74, kind: "disk_full")
                scenario.expectNoFile("disk/late.bin")
                try await scenario.run(line).expectSuccess()
                #expect(scenario.box.data("disk/late.bin")?.count == 16 << 20)
            }
        }
    }

    @Test("becomes full in the middle of a file of unknown length: 74; freed, the file comes", arguments: Engine.allCases)
    func fullMeanwhile(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.withDisk(3) { resize in
                await scenario.hub.addFault(Fault(.ignoreRange, match: "cdn/plain/"))
                await scenario.hub.addFault(Fault(.noLength, match: "cdn/plain/"))
                let url = scenario.at.cdn + "/plain/large.bin"
                let outcome = try await scenario.add(url, "-d", "disk", "--json")
                outcome.expectFailure(74, kind: "disk_full")
                scenario.expectNoFile("disk/large.bin")
                resize(32)
                try await scenario.add(url, "-d", "disk").expectSuccess()
                try scenario.expectFile("disk/large.bin", await scenario.hub.plainFile("large.bin"))
            }
        }
    }

    @Test("is filled by another program meanwhile: the space was reserved, and the download succeeds", arguments: Engine.allCases)
    func filledByOthers(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 2)) { scenario in
            try await scenario.withDisk(12) { _ in
                let running = try await scenario.start("civitai:12345", "-d", "disk", "--json")
                try await scenario.waitUntilServed(2 << 20)
                let attributes = try FileManager.default.attributesOfFileSystem(forPath: scenario.box.path("disk"))
                let room = try #require(attributes[.systemFreeSize] as? NSNumber).intValue
                // All but a corner for the records.
                try scenario.box.write(Data(count: max(0, room - (64 << 10))), to: "disk/other")
                let outcome = await running.end()
                outcome.expectSuccess()
                try scenario.expectFile("disk/" + name, await scenario.hub.civitaiFile(12345))
            }
        }
    }
}
