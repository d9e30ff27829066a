import DropIns

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A log that a replaced tool's line asks for, while it is open.
struct DropInLog {
    /// Where lines go besides standard error; nil where the log has taken its place.
    let extra: Int32?

    /// Why it cannot be written: the system's message.
    struct Unwritable: Error {
        let reason: String
    }

    /// Opens it. From here on, a log in place of standard error takes everything that is said.
    init(_ log: LineLog) throws(Unwritable) {
        var descriptor = STDOUT_FILENO
        if log.path != "-" {
            descriptor = open(log.path, O_WRONLY | O_CREAT | O_CLOEXEC | (log.appends ? O_APPEND : O_TRUNC), 0o666)
            guard descriptor >= 0 else { throw Unwritable(reason: String(cString: strerror(errno))) }
        }
        guard log.place == .inPlaceOfStandardError else {
            extra = descriptor
            return
        }
        extra = nil
        dup2(descriptor, STDERR_FILENO)
        if descriptor != STDOUT_FILENO { close(descriptor) }
    }
}
