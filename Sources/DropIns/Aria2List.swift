import FetchTypes

/// aria2's input file: a line of URIs with tabs between mirrors, below it its own options behind white space.
///
/// What aria2 does not know in there it passes over with a word.
struct Aria2List {
    private let common: Aria2Terms
    private var listing = DropInListing()
    /// The entry whose options are read; of one that is passed over, nil.
    private var entry: (uris: [String], terms: Aria2Terms, line: Int)?
    /// From the first entry on, white space at a line's beginning means an option.
    private var hasBegun = false

    private init(_ common: Aria2Terms) { self.common = common }

    /// - Throws: ``Failure`` of kind `usage` for an entry's wrong checksum.
    static func read(_ text: String, _ common: Aria2Terms) throws(Failure) -> DropInListing {
        var list = Aria2List(common)
        for (number, scalars) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(scalars).trimmedEnd
            if line.isEmpty || line.hasPrefix("#") { continue }
            if list.hasBegun, line.hasPrefix(" ") || line.hasPrefix("\t") {
                list.takeOption(line, number + 1)
            } else {
                try list.takeLinks(line, number + 1)
            }
        }
        try list.endEntry()
        return list.listing
    }

    private mutating func takeLinks(_ line: String, _ number: Int) throws(Failure) {
        try endEntry()
        hasBegun = true
        var uris: [String] = []
        for uri in line.split(separator: "\t").map({ String($0).trimmed }) where !uri.isEmpty {
            if Aria2Line.isLink(uri) {
                uris.append(uri)
            } else if Self.isForAria2(uri) {
                listing.leave(uri, line: number, to: "aria2c")
            } else {
                listing.warnings.append("line \(number) of the list is no http(s) link, and is passed over.")
            }
        }
        guard !uris.isEmpty else { return }
        var terms = common
        terms.forgetName()
        entry = (uris, terms, number)
    }

    /// What it would fetch, and no other module here.
    private static func isForAria2(_ uri: String) -> Bool {
        let text = uri.lowercased()
        let path = text.prefix { $0 != "?" && $0 != "#" }
        return ["ftp://", "sftp://", "magnet:"].contains { text.hasPrefix($0) }
            || [".torrent", ".metalink", ".meta4"].contains { path.hasSuffix($0) }
    }

    private mutating func takeOption(_ line: String, _ number: Int) {
        guard entry != nil else { return }
        let equals = line.firstIndex(of: "=") ?? line.endIndex
        let name = String(line[..<equals]).trimmed
        let value = equals < line.endIndex ? String(line[line.index(after: equals)...]).trimmed : ""
        if entry?.terms.take(name, value) != true {
            listing.warnings.append("line \(number) of the list: \(name.prefix(40)) is not known to aria2c, and is passed over.")
        }
    }

    private mutating func endEntry() throws(Failure) {
        guard let entry else { return }
        self.entry = nil
        if let why = entry.terms.handOver {
            listing.leave(why, line: entry.line, to: "aria2c")
        } else {
            listing.downloads.append(try entry.terms.download(entry.uris, takesName: true))
        }
    }
}

extension String {
    /// Without white space at its end, CR included.
    var trimmedEnd: String {
        var text = Substring(self).unicodeScalars
        while let last = text.last, last.value <= 0x20 { text.removeLast() }
        return String(text)
    }

    /// Without white space at both ends.
    var trimmed: String { String(String.UnicodeScalarView(trimmedEnd.unicodeScalars.drop { $0.value <= 0x20 })) }
}
