import Glibc
import Testing

@testable import Aria2

@Suite("The output of aria2c")
struct OutputTailTests {
    @Test func `is kept in lines, however it comes, the last fifty of them`() {
        var tail = OutputTail()
        #expect(tail.append("one\ntw".utf8) == ["one"])
        #expect(tail.append("o\r\n\n  \nthree".utf8) == ["two"])
        #expect(tail.finishLine() == "three")
        #expect(tail.finishLine() == nil)
        #expect(tail.lines == ["one", "two", "three"])
        _ = tail.append((1...60).map { "\($0)\n" }.joined().utf8)
        #expect(tail.lines.count == 50 && tail.lines.first == "11" && tail.lines.last == "60")
    }

    @Test func `takes no memory without end`() {
        var tail = OutputTail()
        _ = tail.append([UInt8](repeating: 65, count: 1 << 20))
        #expect(tail.append("\n".utf8).first?.utf8.count == 1000)
    }

    @Test(arguments: [
        ("URI=https://h/p?X-Amz-Signature=abc#f", "URI=https://h/p"),
        ("a http://user:pass@h:1/x b https://h?q c", "a http://h:1/x b https://h c"),
        ("red \u{1b}[31m\u{7}", "red \u{FFFD}[31m\u{FFFD}"),
        ("no :// url?", "no :// url?"),
        ("", ""),
    ])
    func `holds no signature, password or control character`(text: String, expected: String) {
        #expect(OutputTail.cleaned(text) == expected)
    }
}

@Suite("The kernel's tables")
struct KernelTableTests {
    @Test func `tell a process's state and start, whatever it is called`() throws {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 424242 20"
        let stat = try #require(ProcessStat(parsing: "77 (a) b (c)) \(fields)"))
        #expect(stat.command == "a) b (c)" && stat.state == "S" && stat.startTime == 424242 && stat.isAlive)
        #expect(ProcessStat(parsing: "77 (a) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 1 20")?.isAlive == false)
        #expect(ProcessStat(parsing: "77 (a) S 1") == nil)
        #expect(ProcessStat(parsing: "") == nil)
    }

    @Test func `tell who listens`() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
               1: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
               2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
               3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0 100 0 0 10 0
            """
        #expect(LoopbackPort.listeners(in: table, port: 8080) == ["111"])
        #expect(LoopbackPort.listeners(in: table, port: 80) == ["444"])
        #expect(LoopbackPort.listeners(in: table, port: 81) == [])
    }

    @Test func `tell a foreign process's port from a child's`() throws {
        let taken = Sockets.listen()
        defer { close(taken.descriptor) }
        #expect(LoopbackPort.owner(of: taken.port, process: getpid()) == .process)
        // No other process holds a descriptor of ours; the first process is never this one.
        #expect(LoopbackPort.owner(of: taken.port, process: getppid()) != .process)
    }
}

@Suite("A value that comes once")
struct OneShotTests {
    @Test func `reaches every task that waits, and every later caller`() async throws {
        let shot = OneShot<Int>()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<10 { group.addTask { try await shot.value() } }
            shot.fulfil(7)
            shot.fulfil(8)
            for try await value in group { #expect(value == 7) }
        }
        #expect(shot.current == 7)
    }

    @Test func `lets a cancelled task go and no other one`() async throws {
        let shot = OneShot<Int>()
        let patient = Task { try await shot.value() }
        for _ in 0..<100 {
            let hasty = Task { try await shot.value() }
            hasty.cancel()
            await #expect(throws: CancellationError.self) { try await hasty.value }
        }
        shot.fulfil(1)
        #expect(try await patient.value == 1)
    }
}
