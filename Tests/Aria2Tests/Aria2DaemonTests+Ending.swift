import FetchTypes
import Foundation
import Synchronization
import Testing

@testable import Aria2

/// The process ends with its owner, by its own death, or because it is killed.
extension DaemonTests {
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
