import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Unix domain sockets by path, of any length.
enum LocalSocket {
    /// - Returns: a connected descriptor; nil when no process listens there.
    static func connect(_ path: String) -> Int32? {
        guard let descriptor = make() else { return nil }
        let code = withAddress(of: path) { address, length in retried { systemConnect(descriptor, address, length) } }
        if code == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// Listens there, in place of an earlier process that has ended. Only this user may connect.
    /// - Returns: nil where the file system has no sockets.
    static func listen(_ path: String) -> Int32? {
        guard let descriptor = make() else { return nil }
        unlink(path)
        let code = withAddress(of: path) { bind(descriptor, $0, $1) }
        if code == 0, chmod(path, 0o600) == 0, systemListen(descriptor, 64) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// - Returns: a descriptor whose reads and writes take two seconds at most.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = retried { systemAccept(listener) }
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        setLimit(descriptor, seconds: 2)
        return descriptor
    }

    static func setLimit(_ descriptor: Int32, seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// The bytes up to the end of the line; nil where that does not come, or the line is too long.
    static func readLine(_ descriptor: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while line.count <= WorkerLine.longest {
            let count = retried { read(descriptor, &buffer, buffer.count) }
            guard count > 0 else { return nil }
            if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + buffer[..<end] }
            line += buffer[..<count]
        }
        return nil
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                retried { systemWrite(descriptor, buffer.baseAddress! + done, bytes.count - done) }
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func make() -> Int32? {
        #if canImport(Darwin)
            let kind = SOCK_STREAM
        #else
            let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func retried<Number: SignedInteger>(_ call: () -> Number) -> Number {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        var folder: Int32 = -1
        defer { if folder >= 0 { close(folder) } }
        var short = path
        if path.utf8.count > room {
            // The folder by its descriptor: an address takes 107 bytes, and homes may be deep.
            folder = open(Path.parent(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            short = "/proc/self/fd/\(folder)/\(Path.name(path))"
            guard folder >= 0, short.utf8.count <= room else { return -1 }
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(short.utf8)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}

private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}
private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 { listen(descriptor, backlog) }
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(descriptor, bytes, count) }
