#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file without a name: what is written to it is gone with its last descriptor, whatever becomes of us.
///
/// It is how aria2c gets its RPC secret: a command line is there for everybody to read, and aria2c takes a
/// configuration on standard input from a regular file only, not from a pipe.
struct UnlinkedFile: ~Copyable {
    let descriptor: Int32

    /// Makes the file (mode 0600) in the first of these directories that can be written, unlinks it, and only then
    /// writes the text: the text is never under a name.
    /// - Throws: the last directory's `errno`.
    init(containing text: String, directories: [String]) throws(SystemError) {
        var failure = SystemError(number: ENOENT)
        for directory in directories {
            let name = "\(directory)/fetchctl-aria2-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
            let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                failure = SystemError(number: errno)
                continue
            }
            unlink(name)
            if let number = Self.write(Array(text.utf8), to: descriptor) {
                failure = SystemError(number: number)
                Glibc.close(descriptor)
                continue
            }
            self.descriptor = descriptor
            return
        }
        throw failure
    }

    /// - Returns: the `errno` of a failure.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return lseek(descriptor, 0, SEEK_SET) == 0 ? nil : errno
    }

    deinit { close(descriptor) }
}

/// What a system call failed with.
struct SystemError: Error {
    let number: Int32

    /// The C library's message.
    var text: String { String(cString: strerror(number)) }
}
