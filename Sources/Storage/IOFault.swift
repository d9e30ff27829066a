package import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call on a file that failed.
package struct IOFault: Error, Sendable, Equatable {
    /// The value of `errno`.
    package var code: Int32
    /// What was being done, as a phrase: `writing`, `making the directory`.
    package var action: String
    package var path: String

    /// Takes `errno` as it stands.
    package init(_ action: String, _ path: String) {
        self.init(code: errno, action, path)
    }

    package init(code: Int32, _ action: String, _ path: String) {
        self.code = code
        self.action = action
        self.path = path
    }

    /// The disk is full, as another process found out.
    package static func diskFull(writing path: String) -> IOFault { IOFault(code: ENOSPC, "writing", path) }

    /// The fault as a person sees it: with the code that tells wrong places (73) from failing disks (74).
    package var failure: Failure {
        let words = String(cString: strerror(code))
        let message = "\(action) \(path) failed: \(words)."
        switch code {
        case ENOSPC:
            return Failure(
                .diskFull, message, why: "the file system is full.", hint: "free some space, then run the same command: it resumes.")
        case EDQUOT:
            return Failure(
                .diskFull, message, why: "your disk quota is used up.", hint: "free some space, then run the same command: it resumes.")
        case EACCES, EPERM, EROFS:
            return Failure(
                .permission, message, why: code == EROFS ? "the file system is read-only." : "this user may not write there.",
                hint: "choose another directory with -d DIR, or mend its permissions.")
        case EISDIR, ENOTDIR, EEXIST, ENAMETOOLONG, ELOOP:
            return Failure(
                .exists, message, why: Self.why(code), hint: "choose another directory with -d DIR or another name with -o NAME.",
                code: .cannotCreate)
        case ENOENT where action.hasPrefix("making"):
            return Failure(
                .permission, message, why: "no directory can be made there.", hint: "choose another directory with -d DIR.")
        case ENOENT:
            return Failure(
                .io, message, why: "it vanished while fetchctl was using it.",
                hint: "run the same command again: it starts that file again.")
        default:
            return Failure(
                .io, message, why: "the disk or the file system reports an error.",
                hint: "look at the disk (dmesg), then run the same command again.")
        }
    }

    private static func why(_ code: Int32) -> String {
        switch code {
        case EISDIR: "a directory of that name is in the way."
        case ENOTDIR: "a part of the path is a file, not a directory."
        case ENAMETOOLONG: "the name is longer than the file system allows."
        case ELOOP: "a symbolic link stands in the path."
        default: "something of that name is there already."
        }
    }
}

extension IOFault {
    /// `ENOENT`.
    package static let noSuchFile = ENOENT
}
