import Events
import FetchTypes
import JSONText
import Notebook
import Storage

/// Says what came of each file, and of all of them.
struct ConvertReport {
    let json: Bool
    /// Whether files are changed.
    let writes: Bool
    /// The files and folders as they were typed.
    let typed: [String]
    /// Whether it is about one file, whose name goes without saying.
    let isAlone: Bool
    private var files = 0
    private var changed = 0
    private var converted = 0
    private var left = 0
    private var lacksFetchctl = false
    /// That of the first file that could not be done.
    private var code: Int32 = 0

    init(json: Bool, writes: Bool, typed: [String], isAlone: Bool) {
        self.json = json
        self.writes = writes
        self.typed = typed
        self.isAlone = isAlone
    }

    mutating func tell(_ path: String, _ conversion: FileConversion, isWritten: Bool) {
        files += 1
        converted += conversion.converted
        left += conversion.left
        if conversion.converted > 0 {
            changed += 1
            if !conversion.installsFetchctl { lacksFetchctl = true }
        }
        if json { tellPrograms(path, conversion) } else { tellPeople(path, conversion) }
    }

    mutating func fail(_ path: String, _ failure: Failure) {
        if code == 0 { code = failure.code.rawValue }
        if json {
            Terminal.write(FileListing.json(failure, ref: path, path: Path.absolute(path), time: Timestamp.now()))
        }
        Terminal.write(failure.printable + "\n", to: 2)
    }

    /// - Returns: the exit code.
    func finish() -> Int32 {
        if json {
            let summary = JSONTree.object([
                ("event", .string("summary")), ("time", .string(Timestamp.now())), ("code", .integer(Int64(code))),
                ("converted", .integer(Int64(converted))), ("left", .integer(Int64(left))), ("written", .bool(writes && changed > 0)),
                ("files", .integer(Int64(files))), ("changed", .integer(Int64(changed))),
            ])
            Terminal.write(summary)
        } else if files > 0 {
            Terminal.write(closing.map { "\($0)\n" }.joined(), to: 2)
        }
        return code
    }

    private var closing: [String] {
        var lines = ["\(Self.count(converted, "line")) \(writes ? "converted" : "to convert"), \(left) left."]
        if !isAlone { lines[0] = "\(Self.count(files, "file")): " + lines[0].dropLast() + "; \(Self.count(changed, "file")) " + verb }
        guard converted > 0 else { return lines }
        if lacksFetchctl {
            lines.append(isAlone ? "fetchctl has to be installed above them." : "fetchctl has to be installed above them in each file.")
        }
        if !writes { lines.append("Nothing was written. To write: fetchctl convert --write \(typed.joined(separator: " "))") }
        return lines
    }

    private var verb: String { writes ? "changed." : "would change." }

    private mutating func tellPeople(_ path: String, _ conversion: FileConversion) {
        Terminal.write(OutputText(lines: conversion.diff))
        var lines: [PrintableText] = []
        for finding in conversion.findings where finding.kind != .converted {
            let place =
                (isAlone ? "" : "\(path): ") + (conversion.form == .notebook ? "cell \(finding.cell), " : "") + "line \(finding.line)"
            let text = Self.oneLine(finding.text)
            lines.append("\(finding.kind == .left ? "left" : "note"): \(place): \(code: text)\n      \(code: finding.note ?? "")")
        }
        if let language = conversion.otherLanguage {
            lines.append("note: \(isAlone ? "its" : "\(path): its") kernel is \(language), not Python: nothing was looked at")
        }
        Terminal.write(lines.map { $0 + "\n" }.joined(), to: 2)
    }

    private func tellPrograms(_ path: String, _ conversion: FileConversion) {
        for finding in conversion.findings {
            let object = JSONTree.object([
                ("event", .string(finding.kind.rawValue)), ("time", .string(Timestamp.now())), ("path", .string(Path.absolute(path))),
                ("cell", conversion.form == .notebook ? .integer(Int64(finding.cell)) : .null), ("line", .integer(Int64(finding.line))),
                ("text", .string(finding.text)), ("replacement", .of(finding.replacement)),
                ("reason", .of(finding.note)),
            ])
            Terminal.write(object)
        }
    }

    private static func count(_ number: Int, _ what: String) -> String { number == 1 ? "1 \(what)" : "\(number) \(what)s" }

    private static func oneLine(_ text: String) -> String {
        let words = text.split { $0.isWhitespace }.filter { $0 != "\\" }.joined(separator: " ")
        return words.count > 160 ? words.prefix(157) + "…" : words
    }
}
