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

    @Test func `ends when the task that owns it is cancelled`() async throws {
        let started = OneShot<OrphanedAria2>()
        let launch = try await Installed.launch()
        let owner = Task {
            try await withAria2(launch, send: loopbackSend) { daemon in
                started.fulfil(OrphanedAria2(process: daemon.process, startTime: daemon.startTime))
                _ = try await daemon.exited()
            }
        }
        let named = try await started.value()
        #expect(named.isAlive)
        owner.cancel()
        await #expect(throws: CancellationError.self) { try await owner.value }
        #expect(!named.isAlive)
    }

    @Test func `is missed at once when it dies, and another can be started`() async throws {
        let launch = try await Installed.launch()
        for _ in 0..<2 {
            let exit = try await withAria2(launch, send: loopbackSend) { daemon in
                kill(daemon.process, SIGABRT)
                let exit = try await daemon.exited()
                let call = await #expect(throws: Aria2RPCFault.self) { try await daemon.rpc.getVersion() }
                guard case .dead = call else { throw try #require(call) }
                return exit
            }
            #expect(exit.status == .signaled(SIGABRT))
        }
    }

    @Test func `ends within three seconds after its owner was killed`() async throws {
        var launch = try await Installed.launch()
        let owner = Process()
        owner.executableURL = URL(fileURLWithPath: "/bin/sleep")
        owner.arguments = ["600"]
        try owner.run()
        launch.owner = owner.processIdentifier
        let seconds = try await withAria2(launch, send: loopbackSend) { daemon in
            kill(owner.processIdentifier, SIGKILL)
            owner.waitUntilExit()
            let start = ContinuousClock.now
            _ = try await daemon.exited()
            return ContinuousClock.now - start
        }
        #expect(seconds < .seconds(3))
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

    @Test func `leaves nothing behind when it is cancelled at whatever moment of its start`() async throws {
        let launch = try await Installed.launch()
        for moment in 0..<12 {
            let calls = OneShot<Void>()
            let owner = Task {
                try await withAria2(
                    launch,
                    send: { request in
                        calls.fulfil(())
                        return try await loopbackSend(request)
                    }
                ) { daemon in
                    _ = try await daemon.exited()
                    // The end that a cancellation causes may be seen before the cancellation itself.
                    try Task.checkCancellation()
                }
            }
            for _ in 0..<(moment % 6) * 20 { await Task.yield() }
            if moment >= 9 { try await calls.value() }
            owner.cancel()
            // It returns only when the child has been reaped.
            await #expect(throws: CancellationError.self) { try await owner.value }
        }
    }

    @Test func `is not taken from a script that hides it, and both are ended`() async throws {
        let scratch = try Scratch()
        var launch = try await Installed.launch()
        // A background command of sh would read /dev/null instead of its configuration.
        let script = "#!/bin/sh\nexec 3<&0\n'\(launch.executable.path)' \"$@\" <&3 &\necho $! > '\(scratch.path)/pid'\nwait\n"
        try scratch.write(Array(script.utf8), to: "aria2c", mode: 0o755)
        launch.executable = Aria2Executable(path: "\(scratch.path)/aria2c", version: "1.36.0")
        let fault = await #expect(throws: Aria2StartFault.self) { try await withAria2(launch, send: loopbackSend) { _ in } }
        guard case .wrapped = fault else { throw try #require(fault) }
        let text = String(decoding: try #require(scratch.bytes("pid")), as: UTF8.self)
        let hidden = try #require(Int32(text.trimmingCharacters(in: .newlines)))
        while ProcessStat(process: hidden)?.isAlive == true { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `is killed when it does not heed SIGTERM`() async throws {
        let deaf = Process()
        let output = Pipe()
        deaf.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        deaf.arguments = ["/bin/sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1; done"]
        deaf.standardOutput = output
        try deaf.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let child = ChildState(grace: .milliseconds(200))
        let group = try #require(Int32(said.trimmingCharacters(in: .newlines)))
        child.setProcess(group)
        child.activeJobs.store(1, ordering: .relaxed)
        let start = ContinuousClock.now
        child.stop()
        _ = try output.fileHandleForReading.readToEnd()
        #expect(ContinuousClock.now - start >= .milliseconds(200))
        child.setProcess(nil)
        child.exit.fulfil(Aria2Exit(status: .unknown, lines: []))
        deaf.waitUntilExit()
    }

    @Test func `is killed when it does not come up in time`() async throws {
        let scratch = try Scratch()
        var launch = try await Installed.launch()
        try scratch.write(Array("#!/bin/sh\necho waiting\nsleep 100\n".utf8), to: "aria2c", mode: 0o755)
        launch.executable = Aria2Executable(path: "\(scratch.path)/aria2c", version: "1.36.0")
        launch.timeout = .milliseconds(300)
        let fault = await #expect(throws: Aria2StartFault.self) { try await withAria2(launch, send: loopbackSend) { _ in } }
        guard case .silent(let lines) = fault else { throw try #require(fault) }
        #expect(lines == ["waiting"])
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

    @Test func `is ended as an orphan, halted or not`() async throws {
        for isHalted in [false, true] {
            try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
                if isHalted { daemon.suspend() }
                let orphan = OrphanedAria2(process: daemon.process, startTime: daemon.startTime)
                #expect(await orphan.end())
                #expect(!orphan.isAlive)
                // Idle, it heeds SIGTERM: nothing had to be killed.
                let status = try await daemon.exited().status
                #expect(status == .exited(0))
            }
        }
    }

    @Test func `is no orphan of ours when the start time is another one's`() async throws {
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let other = OrphanedAria2(process: daemon.process, startTime: daemon.startTime + 1)
            #expect(!other.isAlive)
            #expect(await other.end())
            #expect(daemon.exit == nil)
        }
    }
}
