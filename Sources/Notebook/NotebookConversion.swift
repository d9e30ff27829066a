package import FetchTypes

/// A notebook whose set-up lines go through fetchctl: what becomes of it, and what was left and why.
package struct NotebookConversion: Sendable {
    /// The notebook's bytes, changed where lines were.
    package let bytes: [UInt8]
    /// In the order of the notebook.
    package let findings: [Finding]
    /// What its lines fetch, in the order of the notebook.
    package let downloads: [ScriptDownload]
    /// A unified diff of the cells' texts, without secrets; empty when nothing changes.
    package let diff: String
    /// The kernel's language where it is not Python: then nothing was looked at.
    package let otherLanguage: String?

    /// Whether a line of the notebook installs fetchctl.
    package let installsFetchctl: Bool

    package var converted: Int { findings.count { $0.kind == .converted } }
    package var left: Int { findings.count { $0.kind == .left } }

    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: its name, for messages and the diff.
    /// - Throws: ``Failure`` with exit code 65 when it is not a notebook.
    package init(_ bytes: [UInt8], name: String) throws(Failure) {
        var file = try NotebookFile(bytes, name: name)
        var findings: [Finding] = []
        var diff = ""
        var downloads: [ScriptDownload] = []
        otherLanguage = file.language.flatMap { ["python", "python3", "ipython"].contains($0) ? nil : $0 }
        installsFetchctl = file.cells.contains { cell in
            cell.isCode && cell.text.split(separator: "\n").contains { $0.contains("install") && $0.contains("fetchctl") }
        }
        var names = PythonNames()
        var commands = PythonCommands()
        var folders = PythonFolders()
        for index in file.cells.indices where file.cells[index].isCode && otherLanguage == nil {
            let cell = file.cells[index]
            var reading = Reading()
            let lines = CellLines(cell.text)
            // Cells are run in any order: each needs an import of its own.
            reading.hasImport = lines.texts.contains { $0.hasPrefix("import fetchctl") }
            (reading.names, reading.commands) = (names, commands)
            Self.read(lines.bytes, &reading)
            folders.read(lines.bytes, CellKind(lines.bytes).code, reading.names)
            (names, commands) = (reading.names, reading.commands)
            if !cell.source.isRegular { reading.refuseAll("its lines are not kept one by one") }
            for (offset, found) in reading.seen.sorted(by: { $0.offset < $1.offset }) {
                var found = found
                found.cell = cell.number
                found.line = lines.number(of: offset) + 1
                found.hideSecrets()
                findings.append(found)
            }
            for (offset, found) in reading.fetched.sorted(by: { $0.offset < $1.offset }) {
                var found = found
                (found.cell, found.line) = (cell.number, lines.number(of: offset) + 1)
                found.folder = folders.changes.folder(at: offset).appending(found.folder)
                downloads.append(found)
            }
            let blocks = lines.blocks(reading.edits)
            if !blocks.isEmpty {
                let label = "\(name) (cell \(cell.number))"
                diff += UnifiedDiff(label: label, old: lines.texts, blocks: blocks).text
            }
            for block in blocks.reversed() { file.replace(block.range, with: block.texts, inCell: index) }
        }
        self.bytes = findings.contains { $0.kind == .converted } ? file.bytes : bytes
        self.findings = findings
        self.downloads = downloads
        self.diff = SecretMask.masked(diff)
    }

    private static func read(_ bytes: [UInt8], _ reading: inout Reading) {
        switch CellKind(bytes) {
        case .code(let range): PythonReader(bytes: bytes).read(range, into: &reading)
        case .shell(let range): ShellReader(bytes: bytes, dialect: .shell).read(range, into: &reading)
        case .usedShell(let range):
            ShellReader(bytes: bytes, dialect: .notebook).read(range, into: &reading)
            reading.refuseAll("its output is used")
        case .file(let range):
            ShellReader(bytes: bytes, dialect: .shell).read(range, into: &reading)
            reading.refuseAll("it is written to a file")
        case .other: break
        }
    }
}
