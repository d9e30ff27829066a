import FetchTypes
import Foundation
import Synchronization
import Testing

@testable import Aria2

@Suite("A supervised aria2c", .requiresAria2c, .timeLimit(.minutes(2)))
struct DaemonTests {
    @Test func `answers when it is given to the closure, and is reaped when the closure is left`() async throws {
        let (orphan, exit) = try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let answer = try await daemon.rpc.getVersion()
            #expect(answer.version == daemon.version)
            let named = OrphanedAria2(process: daemon.process, startTime: daemon.startTime)
            #expect(named.isAlive)
            #expect(LoopbackPort.owner(of: daemon.port, process: daemon.process) == .process)
            return (named, Task { try await daemon.exited() })
        }
        #expect(!orphan.isAlive)
        #expect(ProcessStat(process: orphan.process) == nil)
        let status = try await exit.value.status
        #expect(status == .signaled(SIGKILL))
    }

    @Test func `holds its secret in no place that others can read, and nothing of our environment`() async throws {
        let seen = Mutex<[UInt8]>([])
        let send: HTTPSend = { request in
            seen.withLock { $0 = request.body ?? [] }
            return try await loopbackSend(request)
        }
        try await withAria2(try await Installed.launch(), send: send) { daemon in
            let body = String(decoding: seen.withLock { $0 }, as: UTF8.self)
            let secret = try #require(body.firstMatch(of: /token:([0-9a-z]{20,})/)?.1)
            let arguments = try #require(ProcFS.contents("/proc/\(daemon.process)/cmdline"))
            let environment = try #require(ProcFS.contents("/proc/\(daemon.process)/environ"))
            for place in [arguments, environment] {
                let text = String(decoding: place, as: UTF8.self)
                #expect(!text.contains(secret))
                #expect(!text.contains("hf_leaked") && !text.contains("proxy"))
            }
            // Such a file has a name for an instant only, and nothing in it as long as it has one.
            let left = ["/dev/shm", "/tmp"].flatMap { directory in
                (ProcFS.entries(directory) ?? []).filter { $0.hasPrefix("fetchctl-aria2-") }.map { "\(directory)/\($0)" }
            }
            #expect(left.allSatisfy { ProcFS.contents($0)?.isEmpty ?? true })
            #expect(!daemon.lines.contains { $0.contains(secret) })
        }
    }

    @Test func `leads a session of its own`() async throws {
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            #expect(getsid(daemon.process) == daemon.process)
        }
    }

    @Test func `takes another port when the first one is taken`() async throws {
        let taken = Sockets.listen()
        defer { close(taken.descriptor) }
        let asked = Atomic<Int>(0)
        var launch = try await Installed.launch()
        launch.port = { asked.add(1, ordering: .relaxed).oldValue == 0 ? taken.port : LoopbackPort.free() }
        try await withAria2(launch, send: loopbackSend) { daemon in
            #expect(daemon.port != taken.port)
        }
        #expect(asked.load(ordering: .relaxed) == 2)
    }

    @Test func `gives up after five taken ports and never sends the secret there`() async throws {
        let taken = Sockets.listen()
        defer { close(taken.descriptor) }
        let calls = Atomic<Int>(0)
        var launch = try await Installed.launch()
        launch.port = { taken.port }
        let send: HTTPSend = { request in
            calls.add(1, ordering: .relaxed)
            return try await loopbackSend(request)
        }
        let fault = await #expect(throws: Aria2StartFault.self) { try await withAria2(launch, send: send) { _ in } }
        guard case .portsTaken = fault else { throw try #require(fault) }
        #expect(calls.load(ordering: .relaxed) == 0)
    }

    @Test func `names the option that it does not accept`() async throws {
        let launch = try await Installed.launch(options: [("timeout", "soon")])
        let fault = await #expect(throws: Aria2StartFault.self) { try await withAria2(launch, send: loopbackSend) { _ in } }
        guard case .badOption(let name, _) = fault else { throw try #require(fault) }
        #expect(name == "timeout")
    }

    @Test func `cannot be run where the program is none`() async throws {
        var launch = try await Installed.launch()
        launch.executable = Aria2Executable(path: "/nonexistent/aria2c", version: "1.36.0")
        let fault = await #expect(throws: Aria2StartFault.self) { try await withAria2(launch, send: loopbackSend) { _ in } }
        guard case .cannotRun(let why) = fault else { throw try #require(fault) }
        #expect(why.contains("/nonexistent/aria2c"))
    }

    @Test func `is halted and goes on`() async throws {
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            daemon.suspend()
            while ProcessStat(process: daemon.process)?.state != "T" { try await Task.sleep(for: .milliseconds(5)) }
            daemon.resume()
            let answer = try await daemon.rpc.getVersion()
            #expect(answer.version == daemon.version)
        }
    }
}
