import FetchTypes

/// The options of one segment's torrent, as `aria2.addTorrent` takes them.
package struct Aria2TorrentOptions: Sendable {
    /// By aria2's names.
    package let pairs: [String: String]

    /// - Parameters:
    ///   - gid: free in this aria2c.
    ///   - directory: absolute; must exist.
    ///   - fileName: a plain name in it. aria2c ignores `out` for a torrent: `index-out` names its only file.
    /// - Throws: ``Aria2JobOptions/Invalid``
    package init(gid: Aria2GID, directory: String, fileName: String) throws(Aria2JobOptions.Invalid) {
        guard directory.hasPrefix("/"), !directory.holdsControlCharacter else { throw .directory(directory) }
        guard !fileName.isEmpty, fileName != ".", fileName != "..", !fileName.utf8.contains(UInt8(ascii: "/")),
            !fileName.holdsControlCharacter
        else { throw .fileName(fileName) }
        pairs = [
            "gid": gid.hex,
            "dir": directory,
            "index-out": "1=\(fileName)",
            "seed-ratio": "0",
            // Minutes: until it is told to stop.
            "seed-time": "1000000",
        ]
    }
}
