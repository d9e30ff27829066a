#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one forward has carried since the last reset.
struct Traffic {
    var connections = 0
    /// Towards clients.
    var bytes = 0
    /// When the first byte of a body left for a client: seconds since 1970.
    var firstBody: Double?

    var json: String {
        #"{"connections": \#(connections), "bytes": \#(bytes), "first_body": \#(firstBody.map { String($0) } ?? "null")}"#
    }
}

/// The one thread that moves all bytes.
struct ProxyLoop {
    private let shape: LineShape
    private let targets: [UInt16]
    private let listeners: [Int32]
    private var traffic: [Traffic]
    private var connections: [ProxyConnection] = []
    private var commands = ""

    /// - Throws: ``SocketError`` when a port cannot be listened on.
    init(forwards: [Forward], shape: LineShape) throws {
        self.shape = shape
        targets = forwards.map(\.target)
        listeners = try forwards.map { try listenOnLoopback($0.listen) }
        traffic = forwards.map { _ in Traffic() }
    }

    /// Returns when standard input ends.
    mutating func run() throws {
        say(#"{"ports": ["# + listeners.map { String(localPort(of: $0)) }.joined(separator: ", ") + "]}")
        while true {
            var now = monotonicClock()
            var polled = [pollfd(fd: 0, events: Int16(POLLIN), revents: 0)]
            polled += listeners.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            var next = Double.infinity
            for connection in connections {
                let interests = connection.interests(at: now)
                polled.append(pollfd(fd: connection.client, events: interests.client, revents: 0))
                polled.append(pollfd(fd: connection.server, events: interests.server, revents: 0))
                next = min(next, connection.nextDue(after: now))
            }
            wait(&polled, until: next, from: now)
            now = monotonicClock()
            if polled[0].revents != 0, !readCommands() { return }
            step(polled, at: now)
            for index in listeners.indices where polled[1 + index].revents != 0 { accept(index) }
        }
    }

    private func wait(_ polled: inout [pollfd], until next: Double, from now: Double) {
        // Whole milliseconds: bytes are late by half of one on average, the same for every program.
        _ = poll(&polled, nfds_t(polled.count), Int32((max(0, min(next - now, 1)) * 1000).rounded(.up)))
    }

    private mutating func step(_ polled: [pollfd], at now: Double) {
        var kept: [ProxyConnection] = []
        kept.reserveCapacity(connections.count)
        var place = 1 + listeners.count
        for var connection in connections {
            let goesOn = connection.step(
                clientEvents: polled[place].revents, serverEvents: polled[place + 1].revents, at: now, &traffic[connection.forward])
            place += 2
            if goesOn { kept.append(connection) } else { connection.close() }
        }
        connections = kept
    }

    private mutating func accept(_ index: Int) {
        while let client = acceptConnection(listeners[index]) {
            guard let server = connectToLoopback(targets[index]) else {
                _ = closeDescriptor(client)
                continue
            }
            traffic[index].connections += 1
            connections.append(ProxyConnection(client: client, server: server, forward: index, shape: shape, at: monotonicClock()))
        }
    }

    /// - Returns: false at the end of standard input.
    private mutating func readCommands() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(0, &buffer, buffer.count)
        guard count > 0 else { return false }
        commands += String(decoding: buffer[..<count], as: UTF8.self)
        while let end = commands.firstIndex(of: "\n") {
            switch commands[..<end] {
            case "report": say("[" + traffic.map(\.json).joined(separator: ", ") + "]")
            case "reset":
                traffic = traffic.map { _ in Traffic() }
                say("[]")
            default: say(#"{"error": "unknown command; it takes report and reset"}"#)
            }
            commands.removeSubrange(...end)
        }
        return true
    }

    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
