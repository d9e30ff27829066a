/// aria2's error codes, which are its exit statuses too: what each means and what helps.
package enum Aria2ErrorTable {
    /// What to do about a job that ended with an error.
    package enum Action: Sendable, Equatable {
        case ok
        /// Ask the server ourselves what it says now: aria2 does not tell. The status, where its message holds one.
        case probe(status: Int?)
        /// The link is no longer honoured (401 or 403): get a new one and add the job again.
        case renewLink
        /// A connection broke, or failed in a way that aria2 does not tell: try again.
        case retryNetwork
        /// No connection could be made to the host, or to the proxy on the way: try again.
        case unreachable
        /// Nothing came for too long: try again.
        case timeout
        /// 404, after a look whether the link has only expired.
        case notFound
        /// The server does not serve ranges: what is there cannot be added to, another engine or one connection must do.
        case rangeNotHonoured
        /// No space is left; the control file is lost with it.
        case diskFull
        /// The control file cannot be read or does not fit: write it again from the piece map.
        case rebuildControlFile
        /// The control file's pieces are of another length than the job's: write it again with the job's.
        case rewriteControlFile
        /// A file or folder cannot be made, opened, renamed, read or written.
        case localIO
        /// The name has no address for aria2's own resolver: once more with `async-dns` off.
        case nameResolution
        /// Something that no further try changes.
        case fatal
        /// An option's value is not accepted.
        case badOption
        /// The same file is in work already: two jobs for one target.
        case alreadyDownloading
        /// The job was removed at our own request.
        case removed
        /// aria2c ended before the job did: resume.
        case unfinished
        /// The bytes are not what the server's own digest says.
        case wrongData
    }

    /// One row, with what the message adds.
    package struct Entry: Sendable, Equatable {
        package let code: Int
        /// A clause for people, such as "the disk is full".
        package let meaning: String
        package let action: Action
        /// The HTTP status in the message, where there is one.
        package let status: Int?
    }

    /// The meaning of an error code, refined by aria2's message where the code alone is too coarse.
    package static func entry(code: Int, message: String? = nil) -> Entry {
        let status = message.flatMap(status(in:))
        let row = (0..<rows.count).contains(code) ? rows[code] : ("an error that this program does not know", .fatal)
        return Entry(
            code: code, meaning: row.0, action: refined(code, action: row.1, message: message ?? "", status: status), status: status)
    }

    /// The number in `status=NNN`.
    package static func status(in message: String) -> Int? {
        guard let start = message.firstRange(of: "status=") else { return nil }
        let digits = message[start.upperBound...].prefix { $0.isASCII && $0.isNumber }
        return digits.count == 3 ? Int(digits) : nil
    }

    private static func refined(_ code: Int, action: Action, message: String, status: Int?) -> Action {
        switch code {
        // It also stands for a control file that cannot be read, or that is of another total length.
        case 1 where message.contains("Download aborted.") || message.contains("control file"): .rebuildControlFile
        case 1 where message.contains("Invalid checksum"): .wrongData
        case 1 where unreachable.contains(where: message.contains): .unreachable
        case 22 where status == 401 || status == 403 || status == 410: .renewLink
        case 22: .probe(status: status)
        case 29: .probe(status: status)
        default: action
        }
    }

    /// aria2's words where nothing accepts connections, and where no way leads there.
    private static let unreachable = ["Failed to establish connection", "Failed to connect to"]

    /// Code 0 first; the meanings follow aria2's manual, "EXIT STATUS".
    private static let rows: [(String, Action)] = [
        ("all is well", .ok),
        ("a connection failed", .retryNetwork),
        ("nothing came for too long", .timeout),
        ("the server has no such file", .notFound),
        ("the server said too often that it has no such file", .notFound),
        ("it came too slowly", .timeout),
        ("the network failed", .retryNetwork),
        ("aria2c ended first", .unfinished),
        ("the server does not serve ranges", .rangeNotHonoured),
        ("the disk is full", .diskFull),
        ("the control file is for pieces of another length", .rewriteControlFile),
        ("the same file is being downloaded already", .alreadyDownloading),
        ("the same torrent is being downloaded already", .alreadyDownloading),
        ("there is a file, and no control file that tells what of it is good", .rebuildControlFile),
        ("the file cannot be renamed", .localIO),
        ("the file cannot be opened", .localIO),
        ("the file cannot be created", .localIO),
        ("the file cannot be read or written", .localIO),
        ("the folder cannot be created", .localIO),
        ("the host's name has no address", .nameResolution),
        ("a Metalink document cannot be understood", .fatal),
        ("an FTP command failed", .fatal),
        ("the server's answer is not one that can be used", .probe(status: nil)),
        ("too many redirects", .fatal),
        ("the server wants a login", .renewLink),
        ("a torrent cannot be understood", .fatal),
        ("a torrent is damaged", .fatal),
        ("a magnet link is wrong", .fatal),
        ("an option is not accepted", .badOption),
        ("the server is overloaded or under maintenance", .probe(status: nil)),
        ("a request to aria2c cannot be understood", .fatal),
        ("it was removed", .removed),
        ("the bytes do not match the checksum", .wrongData),
    ]
}
