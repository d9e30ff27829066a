import FetchTypes

/// The options of one job, as `aria2.addUri` and `aria2.addMetalink` take them.
///
/// `continue` stays false: a control file beside the part is resumed all the same, and without one aria2c would
/// take the part's length for a whole prefix, which it is not. A part without control file is refused (error 13).
///
/// There is no way to give a header: aria2c sends it to every host that a redirect or a `Link` names.
package struct Aria2JobOptions: Sendable {
    /// Why a job cannot be put into options.
    package enum Invalid: Error, Equatable, CustomStringConvertible {
        /// `out` must name a file in `dir`: aria2c itself would follow `../x` out of it.
        case fileName(String)
        /// `dir` must be an absolute path.
        case directory(String)
        /// Bytes; aria2c takes 1 MiB to 1 GiB.
        case pieceLength(Int)

        package var description: String {
            switch self {
            case .fileName(let name): "\"\(name.withoutControlCharacters)\" is not the name of a file in a folder"
            case .directory(let path): "\"\(path.withoutControlCharacters)\" is not an absolute path"
            case .pieceLength(let length): "a piece of \(length) bytes is outside of 1 MiB to 1 GiB"
            }
        }
    }

    /// Where the blocks of the file come from: none leaves holes, `falloc` reserves all of it at once, on file systems that can.
    package enum FileAllocation: String, Sendable {
        case none, falloc, trunc, prealloc
    }

    /// The job's name where it is handed over with `aria2.addUri`; with `aria2.addMetalink` aria2c chooses one.
    package let gid: Aria2GID
    /// The file's name in its folder.
    package let fileName: String
    /// The options by aria2's names, without the gid and the file's name.
    private var common: [String: String]

    /// The options for `aria2.addUri`.
    package var pairs: [String: String] { common.merging(["gid": gid.hex, "out": fileName]) { $1 } }

    /// The options for `aria2.addMetalink`, where the document names the file.
    package var metalinkPairs: [String: String] { common }

    /// - Parameters:
    ///   - gid: free in this aria2c.
    ///   - directory: absolute; must exist.
    ///   - fileName: a plain name: no `/`, not `.` or `..`, no control character.
    ///   - connections: to the one server; clamped to aria2's 1 to 16.
    ///   - pieceLength: bytes; what a control file beside the part says, else the job is refused (error 10).
    ///   - minimumSplit: bytes; a range is shared between two connections only when it is at least twice this. A piece when nil.
    ///   - rateLimit: bytes a second for this job; nil for no limit.
    package init(
        gid: Aria2GID, directory: String, fileName: String, connections: Int, pieceLength: Int, minimumSplit: Int? = nil,
        fileAllocation: FileAllocation = .none, rateLimit: Int64? = nil
    ) throws(Invalid) {
        guard directory.hasPrefix("/"), !directory.holdsControlCharacter else { throw .directory(directory) }
        guard !fileName.isEmpty, fileName != ".", fileName != "..", !fileName.utf8.contains(UInt8(ascii: "/")),
            !fileName.holdsControlCharacter
        else { throw .fileName(fileName) }
        guard (1 << 20...1 << 30).contains(pieceLength) else { throw .pieceLength(pieceLength) }
        let width = String(min(max(connections, 1), 16))
        (self.gid, self.fileName) = (gid, fileName)
        common = [
            "dir": directory,
            "split": width,
            "max-connection-per-server": width,
            "piece-length": String(pieceLength),
            "min-split-size": String(min(max(minimumSplit ?? pieceLength, 1 << 20), 1 << 30)),
            "file-allocation": fileAllocation.rawValue,
        ]
        if let rateLimit { common["max-download-limit"] = String(max(rateLimit, 1)) }
    }

    /// Sets a further option by aria2's name, such as `all-proxy`.
    /// - Precondition: it is no `header`, no hook and none that ``init(gid:directory:fileName:connections:pieceLength:minimumSplit:fileAllocation:rateLimit:)`` sets.
    package mutating func set(_ name: String, _ value: String) {
        precondition(name != "header" && !name.hasPrefix("on-") && pairs[name] == nil)
        common[name] = value
    }
}
