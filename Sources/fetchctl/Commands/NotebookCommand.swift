import ArgumentParser
import FetchKit
import FetchTypes
import Notebook

/// `fetchctl notebook`: what is done to notebooks.
struct NotebookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook", abstract: "Let a notebook's set-up cells download through fetchctl.", subcommands: [Convert.self])

    struct Convert: ParsableCommand, ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "convert",
            abstract: "Rewrite a notebook's aria2c, wget, curl, gdown and hf lines as fetchctl add.",
            discussion: """
                Examples:
                  fetchctl notebook convert setup.ipynb             (shows what would change, as a diff)
                  fetchctl notebook convert setup.ipynb --write

                Lines behind ! and in %%bash cells, and the usual calls of subprocess, os.system, gdown and huggingface_hub in \
                Python. What is not certain is left as it is and listed with its cell and the reason. Nothing else of the file \
                changes. To use old lines without changing them: fetchctl shims --help
                """)

        @Argument(help: ArgumentHelp("The notebook.", valueName: "file.ipynb"))
        var file: String
        @Flag(help: "Change the file; otherwise nothing is written.")
        var write = false
        @Flag(help: "One JSON object a line on standard output.")
        var json = false

        func run(_ context: Context) async throws -> Int32 {
            try context.requireCurrentDirectory()
            let conversion = try NotebookConversion(try contents(), name: Path.name(file))
            let isWritten = write && conversion.converted > 0
            if isWritten { try replace(conversion.bytes) }
            if json { tellPrograms(conversion, isWritten) } else { tellPeople(conversion, isWritten) }
            return 0
        }

        private func contents() throws(Failure) -> [UInt8] {
            guard let status = Disk.followedStatus(file), status.kind == .file else {
                throw Failure(
                    .notFound, "\(file) is no file.", why: "there is nothing of that name, or it is a folder.", hint: "check its name.")
            }
            guard let bytes = Disk.contents(file, limit: 1 << 30) else {
                throw Failure(
                    .permission, "\(file) cannot be read.", why: "this user may not read it, or it is larger than 1 GiB.",
                    hint: "check its permissions.")
            }
            return bytes
        }

        private func replace(_ bytes: [UInt8]) throws(Failure) {
            do throws(IOFault) {
                let path = Path.real(file) ?? file
                try Disk.replace(path, with: bytes, temporary: path + ".fetchctl-new", keepsMode: true)
            } catch { throw error.failure }
        }

        private func tellPeople(_ conversion: NotebookConversion, _ isWritten: Bool) {
            Terminal.write(SecretMask.masked(conversion.diff), to: 1)
            var lines: [String] = []
            for finding in conversion.findings where finding.kind != .converted {
                let text = SecretMask.masked(Self.oneLine(finding.text))
                let head = finding.kind == .left ? "left" : "note"
                lines.append("\(head): cell \(finding.cell), line \(finding.line): \(text)\n      \(finding.note ?? "")")
            }
            if let language = conversion.otherLanguage {
                lines.append("note: its kernel is \(language), not Python: nothing was looked at")
            }
            lines.append("\(Self.count(conversion.converted, "line")) \(isWritten ? "converted" : "to convert"), \(conversion.left) left.")
            if conversion.converted > 0 {
                if !conversion.installsFetchctl { lines.append("fetchctl has to be installed by a cell above them.") }
                if !isWritten { lines.append("Nothing was written. To write: fetchctl notebook convert --write \(file)") }
            }
            Terminal.write(lines.map { $0.withoutControlCharactersButNewline + "\n" }.joined(), to: 2)
        }

        private static func count(_ number: Int, _ what: String) -> String { number == 1 ? "1 \(what)" : "\(number) \(what)s" }

        private static func oneLine(_ text: String) -> String {
            let words = text.split { $0.isWhitespace }.filter { $0 != "\\" }.joined(separator: " ")
            return words.count > 160 ? words.prefix(157) + "…" : words
        }

        private func tellPrograms(_ conversion: NotebookConversion, _ isWritten: Bool) {
            for finding in conversion.findings {
                let object = JSONText.object([
                    ("event", .string(finding.kind.rawValue)), ("time", .string(Timestamp.now())), ("path", .string(Path.absolute(file))),
                    ("cell", .integer(Int64(finding.cell))), ("line", .integer(Int64(finding.line))),
                    ("text", .string(SecretMask.masked(finding.text))), ("replacement", .of(finding.replacement.map(SecretMask.masked))),
                    ("reason", .of(finding.note)),
                ])
                Terminal.write(object.text + "\n", to: 1)
            }
            let summary = JSONText.object([
                ("event", .string("summary")), ("time", .string(Timestamp.now())), ("code", .integer(0)),
                ("converted", .integer(Int64(conversion.converted))), ("left", .integer(Int64(conversion.left))),
                ("written", .bool(isWritten)),
            ])
            Terminal.write(summary.text + "\n", to: 1)
        }
    }
}

extension String {
    fileprivate var withoutControlCharactersButNewline: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).withoutControlCharacters }.joined(separator: "\n")
    }
}
