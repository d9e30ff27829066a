package import FetchTypes

/// A notebook, script or Dockerfile after its download lines were converted: its new bytes, and the findings for each line.
package struct FileConversion: Sendable {
    package let form: ConvertibleForm
    /// The file's bytes with the converted lines.
    package let bytes: [UInt8]
    /// In the order of the file. Those of a file that is not a notebook have the cell 0.
    package let findings: [Finding]
    /// The downloads of its lines, in the order of the file.
    package let downloads: [ScriptDownload]
    /// A unified diff without secrets; empty when nothing changes.
    package let diff: String
    /// The language of a notebook's kernel where it is not Python: then no cell was read.
    package let otherLanguage: String?
    /// Whether a line of the file installs fetchctl.
    package let installsFetchctl: Bool

    package var converted: Int { findings.count { $0.kind == .converted } }
    package var left: Int { findings.count { $0.kind == .left } }
}

extension FileConversion {
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: its name, for messages and the diff.
    /// - Throws: ``Failure`` with exit code 65 when it is not a notebook though it should be.
    package init(_ bytes: [UInt8], _ form: ConvertibleForm, name: String) throws(Failure) {
        if form == .notebook {
            try self.init(notebook: bytes, name: name)
        } else {
            self.init(script: bytes, form, name: name)
        }
    }

    private init(script bytes: [UInt8], _ form: ConvertibleForm, name: String) {
        // A line in another encoding is shown with "?" for what is not ASCII, and stays.
        let isText = String(validating: bytes, as: UTF8.self) != nil
        let readable = isText ? bytes : bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }
        var reading = Reading()
        if form == .dockerfile {
            DockerfileReader(bytes: readable).read(into: &reading)
        } else {
            let shell = ConvertibleForm.interpreter(readable)
            ShellReader(bytes: readable, dialect: .shell, expandsAliases: shell.map { $0 != "bash" })
                .read(0..<readable.count, into: &reading)
        }
        for edit in reading.edits where !isText && bytes[edit.range].contains(where: { $0 >= 0x80 }) {
            reading.refuse(edit, "it is not UTF-8")
        }
        let lines = CellLines(String(decoding: readable, as: UTF8.self))
        let installsFetchctl = lines.texts.contains { line in
            line.contains("fetchctl") && ["install", "COPY", "ADD"].contains { line.contains($0) }
        }
        let downloads = reading.fetched.sorted { $0.offset < $1.offset }.map { offset, download in
            var download = download
            download.line = lines.number(of: offset) + 1
            return download
        }
        let diff = SecretMask.masked(UnifiedDiff(label: name, old: lines.texts, blocks: lines.blocks(reading.edits)).text)
        self.init(
            form: form, bytes: Self.applied(reading.edits, to: bytes), findings: Self.findings(reading, lines), downloads: downloads,
            diff: diff, otherLanguage: nil, installsFetchctl: installsFetchctl)
    }

    private static func findings(_ reading: Reading, _ lines: CellLines) -> [Finding] {
        var findings: [Finding] = []
        for (offset, found) in reading.seen.sorted(by: { $0.offset < $1.offset }) {
            var found = found
            found.line = lines.number(of: offset) + 1
            found.hideSecrets()
            findings.append(found)
        }
        return findings
    }

    /// Edits that overlap an earlier one are left out, as in the diff.
    private static func applied(_ edits: [TextEdit], to bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var position = 0
        for edit in edits.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) })
        where edit.range.lowerBound >= position {
            out += bytes[position..<edit.range.lowerBound]
            out += Array(edit.text.utf8)
            position = edit.range.upperBound
        }
        return out + bytes[position...]
    }
}
