import Foundation
import PracticeHub
import Testing

@Suite("A partial")
struct PartialTests {
    let name = "practice-model.safetensors"
    let part = "practice-model.safetensors" + Sandbox.partialEnding

    /// Leaves a partial with some of the file in it: each connection sends a bit, and the next one nothing.
    func leavePartial(_ scenario: Scenario, _ location: SourceLocation = #_sourceLocation) async throws {
        await scenario.hub.addFault(Fault(.drop, match: "cdn/file/", after: 2_500_000))
        await scenario.hub.addFault(Fault(.status, match: "cdn/file/", skip: 4))
        let outcome = try await scenario.run(["add", "civitai:12345", "--retries", "0", "-x", "2"], location)
        await scenario.hub.clearFaults()
        outcome.expectFailure(75, location)
        try #require(scenario.box.recordedBytes(name) >= 2 << 20, "\(scenario.box.allFiles)", sourceLocation: location)
    }

    /// What may have happened to it.
    enum Damage: String, CaseIterable, Sendable {
        case recordIsNonsense, recordIsEmpty, recordIsGone, recordIsOfLaterVersion, recordClaimsAll, recordIsHuge
        case controlIsNonsense, controlIsGone, controlIsEmpty, controlClaimsAll
        case dataIsShorter, dataIsEmpty, dataIsLonger, dataIsGone

        func happen(to part: String, in box: Sandbox) throws {
            func edit(_ change: (inout [String: Any]) -> Void) throws {
                let data = try #require(box.data(part + ".json"))
                var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
                change(&record)
                try box.write(try JSONSerialization.data(withJSONObject: record), to: part + ".json")
            }
            switch self {
            case .recordIsNonsense: try box.write("no record {", to: part + ".json")
            case .recordIsEmpty: try box.write("", to: part + ".json")
            case .recordIsGone: unlink(box.path(part + ".json"))
            case .recordIsOfLaterVersion: try edit { $0["version"] = 99 }
            case .recordClaimsAll: try edit { $0["pieces"] = String(repeating: "f", count: ($0["pieces"] as? String ?? "").count) }
            case .recordIsHuge: try box.write(String(repeating: "[", count: 4 << 20), to: part + ".json")
            case .controlIsNonsense: try box.write("no control file", to: part + ".aria2")
            case .controlIsGone: unlink(box.path(part + ".aria2"))
            case .controlIsEmpty: try box.write("", to: part + ".aria2")
            case .controlClaimsAll:
                // The last bytes of the bitfield and the count of pieces in flight stand at the end.
                guard var data = box.data(part + ".aria2"), data.count > 16 else { return }
                for index in data.indices.suffix(12) { data[index] = 0xFF }
                try box.write(data, to: part + ".aria2")
            case .dataIsShorter: truncate(box.path(part), 1 << 20)
            case .dataIsEmpty: truncate(box.path(part), 0)
            case .dataIsLonger: truncate(box.path(part), 100 << 20)
            case .dataIsGone: unlink(box.path(part))
            }
        }
    }

    @Test("that was damaged between two runs never ends in a wrong file", arguments: Damage.allCases, Engine.allCases)
    func damage(damage: Damage, engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            try damage.happen(to: part, in: scenario.box)
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("that lost pieces in a power cut resumes only the pieces of its record", arguments: Engine.allCases, [true, false])
    func reboot(engine: Engine, hasHash: Bool) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            let reference = hasHash ? "civitai:12345" : scenario.at.cdn + "/plain/large.bin"
            let name = hasHash ? name : "large.bin"
            let content = hasHash ? await scenario.hub.civitaiFile(12345) : await scenario.hub.plainFile("large.bin")
            await scenario.hub.addFault(Fault(.drop, match: "cdn/", after: 2_500_000))
            await scenario.hub.addFault(Fault(.status, match: "cdn/", skip: 6))
            try await scenario.add(reference, "--retries", "0", "-x", "2").expectFailure(75)
            await scenario.hub.clearFaults()
            let part = name + Sandbox.partialEnding
            // The record is of another boot and has the first piece; the control file claims all, and the data holds zeros.
            let data = try #require(scenario.box.data(part + ".json"))
            var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            try #require(record["boot"] is String)
            record["boot"] = "11111111-2222-3333-4444-555555555555"
            record["pieces"] = "8000"
            try scenario.box.write(try JSONSerialization.data(withJSONObject: record), to: part + ".json")
            try scenario.box.write(Data(Self.controlFile), to: part + ".aria2")
            truncate(scenario.box.path(part), 1 << 20)
            truncate(scenario.box.path(part), 16 << 20)
            let first = try #require(content).data.prefix(1 << 20)
            let file = open(scenario.box.path(part), O_WRONLY | O_CLOEXEC)
            _ = first.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
            close(file)
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, content)
            #expect(try outcome.event("started")["resumed_bytes"]?.int == 1 << 20, "\(outcome.story)")
            #expect(try !outcome.events().contains { $0.tells("warning checksum") || $0.tells("warning restarted") }, "\(outcome.story)")
        }
    }

    /// aria2's control file, version 1, of 16 pieces of 1 MiB, all of them said to be there.
    private static let controlFile: [UInt8] = {
        let head: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        let lengths: [UInt8] = [0, 0x10, 0, 0] + [0, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        return head + lengths + [0, 0, 0, 2, 0xFF, 0xFF] + [0, 0, 0, 0]
    }()

    @Test("is not left by a lock that was taken without a download")
    func lockWithoutDownload() async throws {
        try await withScenario(.builtin) { scenario in
            let cache = ["HF_HUB_CACHE": scenario.box.path("cache")]
            let reference = "hf:practice/one/model.safetensors"
            try await scenario.add(reference, "--layout", "hf-cache", environment: cache).expectSuccess()
            let lock = try #require(scenario.box.allFiles.first { $0.hasSuffix(".lock") }, "\(scenario.box.allFiles)")
            for file in scenario.box.allFiles where file != lock { unlink(scenario.box.path(file)) }
            let descriptor = open(scenario.box.path(lock), O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let outcome = try await scenario.add(reference, "--layout", "hf-cache", "--wait", "0.2", environment: cache)
            outcome.expectFailure(75)
            #expect(!scenario.box.allFiles.contains { $0.contains(".fetchctl-part") }, "\(scenario.box.allFiles)")
        }
    }

    @Test("is counted alike before and while it is resumed", arguments: Engine.allCases)
    func counted(engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            let resumed = try #require(try outcome.event("started")["resumed_bytes"]?.int)
            #expect(try outcome.event("planned")["to_fetch_bytes"]?.int == (16 << 20) - resumed, "\(outcome.story)")
        }
    }

    @Test("whose bytes were changed is found out by the checksum, and fetched clean", arguments: Engine.allCases)
    func changedBytes(engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            let file = open(scenario.box.path(part), O_WRONLY | O_CLOEXEC)
            for piece in 0..<16 { pwrite(file, "wrong", 5, off_t(piece) << 20) }
            close(file)
            try await scenario.add("civitai:12345").expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("of another file in the way is not resumed", arguments: Engine.allCases)
    func other(engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            try await scenario.add("hf:practice/one/model.safetensors", "-o", name).expectSuccess()
            try scenario.expectFile(name, await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }
}

extension HubConfiguration {
    /// With large files of 16 MiB.
    static var sixteen: HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = 16 << 20
        return configuration
    }
}
