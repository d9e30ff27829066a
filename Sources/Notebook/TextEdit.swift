import DropIns

/// A replacement of some bytes of a cell's text.
struct TextEdit: Sendable, Equatable {
    var range: Range<Int>
    var text: String
}

/// What came of reading a cell: what is to be replaced, and what was seen.
struct Reading: Sendable {
    var edits: [TextEdit] = []
    /// Whether the cell has a line `import fetchctl` that holds for what follows.
    var hasImport = false
    /// What the notebook's names mean, up to here.
    var names = PythonNames()
    /// What its variables hold, up to here.
    var commands = PythonCommands()
    /// With the offset at which it was seen; lines and cells are counted later.
    var seen: [(offset: Int, finding: Finding)] = []
    /// What the lines fetch, whatever becomes of them.
    var fetched: [(offset: Int, download: ScriptDownload)] = []
    /// Where the text of each of them is, in the text that is read.
    private(set) var noted: [Range<Int>] = []

    /// - Parameters:
    ///   - downloads: nil where they are not known.
    ///   - folder: where the line runs, within the text that is read.
    ///   - why: why the downloads are not known, where that is more than a variable.
    mutating func note(
        _ downloads: [DropInDownload]?, _ range: Range<Int>, in bytes: [UInt8], folder: ScriptFolder = .start, why: String? = nil
    ) {
        let text = SecretMask.masked(String(decoding: bytes[range], as: UTF8.self))
        let found = ScriptDownload(text: text, line: 0, folder: folder, downloads: downloads, why: why)
        fetched.append((range.lowerBound, found))
        noted.append(range)
    }

    /// Puts what a part of the text fetches, from its place among the noted lines on, into the folder that the part starts in.
    mutating func enter(_ folder: ScriptFolder, from first: Int) {
        for index in fetched.indices.dropFirst(first) {
            fetched[index].download.folder = folder.appending(fetched[index].download.folder)
        }
    }

    /// What was noted from a place among the noted lines on does not run, or not for certain.
    mutating func doubt(_ why: String, from first: Int = 0) {
        for index in fetched.indices.dropFirst(first) {
            fetched[index].download.downloads = nil
            fetched[index].download.why = why
        }
    }

    // MARK: loops and alternatives

    /// How much was noted, to go back to.
    struct Mark {
        fileprivate var fetched: Int
        fileprivate var noted: Int
    }

    var mark: Mark { Mark(fetched: fetched.count, noted: noted.count) }

    /// What was noted since then is not.
    mutating func drop(to mark: Mark) {
        fetched.removeSubrange(mark.fetched...)
        noted.removeSubrange(mark.noted...)
    }

    /// Of what was noted since then, the same is left once.
    mutating func dropRepeated(from mark: Mark) {
        var seen: Set<String> = []
        fetched =
            Array(fetched[..<mark.fetched])
            + fetched[mark.fetched...].filter { seen.insert("\($0.offset) \($0.download.identity)").inserted }
    }

    /// Says why downloads are not known, where nothing else does.
    mutating func explain(_ why: String, from first: Int) {
        for index in fetched.indices.dropFirst(first) where fetched[index].download.downloads == nil {
            fetched[index].download.why = fetched[index].download.why ?? why
        }
    }

    private var chains = 0

    /// The download there is the first of several that are alternatives.
    /// - Returns: their number.
    mutating func beginChain(at place: Int) -> Int {
        chains += 1
        fetched[place].download.chain = chains
        return chains
    }

    /// The download there is the next alternative.
    mutating func continueChain(_ chain: Int, at place: Int) {
        fetched[place].download.chain = chain
        fetched[place].download.isFallback = true
    }

    /// Tokens of bodies of functions and loops that were read because of calls and rounds.
    var calledTokens = 0
    /// More are not read: many calls of a long function would take the square of a text's length.
    static let mostCalledTokens = 1 << 18

    /// How many texts this one is in: here-documents, and what is behind `%time`.
    var depth = 0
    /// Texts deeper than that are not read.
    static let deepest = 8

    mutating func replace(_ range: Range<Int>, with text: String, in bytes: [UInt8]) {
        change(range, by: [TextEdit(range: range, text: text)], in: bytes)
    }

    /// Changes a few bytes of a longer line, which the finding shows whole.
    /// - Parameters:
    ///   - edits: within `range`, in order.
    ///   - note: why it becomes what it becomes.
    mutating func change(_ range: Range<Int>, by edits: [TextEdit], in bytes: [UInt8], note: String? = nil) {
        var text: [UInt8] = []
        var position = range.lowerBound
        for edit in edits {
            text += bytes[position..<edit.range.lowerBound]
            text += Array(edit.text.utf8)
            position = edit.range.upperBound
        }
        text += bytes[position..<range.upperBound]
        self.edits += edits
        let (old, new) = (String(decoding: bytes[range], as: UTF8.self), String(decoding: text, as: UTF8.self))
        seen.append((range.lowerBound, Finding(kind: .converted, cell: 0, line: 0, text: old, replacement: new, note: note)))
    }

    mutating func leave(_ range: Range<Int>, _ why: String, in bytes: [UInt8], kind: Finding.Kind = .left) {
        let old = String(decoding: bytes[range], as: UTF8.self)
        seen.append((range.lowerBound, Finding(kind: kind, cell: 0, line: 0, text: old, replacement: nil, note: why)))
    }

    mutating func add(_ other: Reading) {
        edits += other.edits
        seen += other.seen
        fetched += other.fetched
    }

    /// What was read in a part is left all the same.
    mutating func leave(_ inner: Reading, _ why: String, in bytes: [UInt8]) {
        fetched += inner.fetched
        for (offset, finding) in inner.seen where finding.kind != .remark {
            let reason = finding.kind == .left ? finding.note : nil
            leave(offset..<offset + finding.text.utf8.count, reason ?? why, in: bytes)
        }
    }

    /// Nothing is replaced after all.
    mutating func refuseAll(_ why: String) {
        let starts = Set(edits.map(\.range.lowerBound))
        edits = []
        for index in seen.indices where seen[index].finding.kind == .converted && starts.contains(seen[index].offset) {
            leave(at: index, why)
        }
        seen.removeAll { $0.finding.kind == .remark }
    }

    /// That is not replaced after all.
    mutating func refuse(_ edit: TextEdit, _ why: String) {
        edits.removeAll { $0 == edit }
        for index in seen.indices where seen[index].offset == edit.range.lowerBound && seen[index].finding.kind == .converted {
            leave(at: index, why)
        }
    }

    private mutating func leave(at index: Int, _ why: String) {
        seen[index].finding.kind = .left
        seen[index].finding.replacement = nil
        seen[index].finding.note = why
    }
}
