import FetchTypes

extension FileConversion {
    /// Converts the code cells of a notebook. Its diff is of the cells' texts.
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: its name, for messages and the diff.
    /// - Throws: ``Failure`` with exit code 65 when it is not a notebook.
    init(notebook bytes: [UInt8], name: String) throws(Failure) {
        var file = try NotebookFile(bytes, name: name)
        var findings: [Finding] = []
        var diff = ""
        var downloads: [ScriptDownload] = []
        let otherLanguage = file.language.flatMap { ["python", "python3", "ipython"].contains($0) ? nil : $0 }
        let installsFetchctl = file.cells.contains { cell in
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
        self.init(
            form: .notebook, bytes: findings.contains { $0.kind == .converted } ? file.bytes : bytes, findings: findings,
            downloads: downloads, diff: SecretMask.masked(diff), otherLanguage: otherLanguage, installsFetchctl: installsFetchctl)
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
            reading.doubt("the cell writes it to a file and does not run it")
        case .other: break
        }
    }
}
