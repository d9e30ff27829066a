package import FetchTypes
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call on a file that failed.
package struct IOFault: Error, Sendable, Equatable {
    package var code: Errno
    /// What was being done, as a phrase: `writing`, `making the directory`.
    package var action: String
    package var path: String

    /// Takes `errno` as it is.
    package init(_ action: String, _ path: String) {
        self.init(code: Errno(rawValue: errno), action, path)
    }

    /// - Parameter code: a value of `errno`.
    package init(code: Int32, _ action: String, _ path: String) { self.init(code: Errno(rawValue: code), action, path) }

    package init(code: Errno, _ action: String, _ path: String) {
        self.code = code
        self.action = action
        self.path = path
    }

    /// Runs a call of swift-system's, whose errors are all `Errno`s.
    static func mapping<Value>(_ action: String, _ path: String, _ body: () throws -> Value) throws(IOFault) -> Value {
        do { return try body() } catch { throw IOFault(code: error as? Errno ?? .ioError, action, path) }
    }

    /// Another process holds the lock of that file.
    package static func locked(_ path: String) -> IOFault { IOFault(code: .wouldBlock, "locking", path) }

    /// Something of that name is there already.
    package static func there(_ action: String, _ path: String) -> IOFault { IOFault(code: .fileExists, action, path) }

    /// What is to be read is not there, or ends too early.
    package static func missing(_ action: String, _ path: String) -> IOFault { IOFault(code: .noSuchFileOrDirectory, action, path) }

    /// The disk is full, as another process found out.
    package static func diskFull(writing path: String) -> IOFault { IOFault(code: .noSpace, "writing", path) }

    /// The fault as a person sees it: with the code that tells wrong places (73) from failing disks (74).
    package var failure: Failure {
        let message = "\(action) \(path) failed: \(code)."
        switch code {
        case .noSpace:
            return Failure(
                .diskFull, message, why: "the file system is full.", hint: "free some space, then run the same command: it resumes.")
        case .diskQuotaExceeded:
            return Failure(
                .diskFull, message, why: "your disk quota is used up.", hint: "free some space, then run the same command: it resumes.")
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            return Failure(
                .permission, message, why: code == .readOnlyFileSystem ? "the file system is read-only." : "this user may not write there.",
                hint: "choose another directory with -d DIR, or mend its permissions.")
        case .isDirectory, .notDirectory, .fileExists, .fileNameTooLong, .tooManySymbolicLinkLevels:
            return Failure(
                .exists, message, why: Self.why(code), hint: "choose another directory with -d DIR or another name with -o NAME.",
                code: .cannotCreate)
        case .noSuchFileOrDirectory where action.hasPrefix("making"):
            return Failure(
                .permission, message, why: "no directory can be made there.", hint: "choose another directory with -d DIR.")
        case .noSuchFileOrDirectory:
            return Failure(
                .io, message, why: "it vanished while fetchctl was using it.",
                hint: "run the same command again: it starts that file again.")
        default:
            return Failure(
                .io, message, why: "the disk or the file system reports an error.",
                hint: "look at the disk (dmesg), then run the same command again.")
        }
    }

    private static func why(_ code: Errno) -> String {
        switch code {
        case .isDirectory: "a directory of that name is in the way."
        case .notDirectory: "a part of the path is a file, not a directory."
        case .fileNameTooLong: "the name is longer than the file system allows."
        case .tooManySymbolicLinkLevels: "a symbolic link is in the path."
        default: "something of that name is there already."
        }
    }
}

extension IOFault {
    /// `ENOENT`.
    package var isMissing: Bool { code == .noSuchFileOrDirectory }

    /// `EEXIST`.
    package var isThere: Bool { code == .fileExists }

    /// Whether another machine may have removed or renamed the file: `ENOENT`, or `ESTALE` of network file systems.
    package var hasVanished: Bool { isMissing || code == .staleNFSFileHandle }
}
