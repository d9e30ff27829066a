import ArgumentParser
import FetchKit
import Storage
import Workflow
import Events
import FetchTypes
import ListImport
import ModelList
import Notebook

/// `fetchctl import`: makes a model list of what is there.
struct ImportCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a model list of a folder, notebook, shell script, aria2 input file or ComfyUI workflow.",
        discussion: """
            Examples:
              fetchctl import models -o models.toml    (every file: by its record, else hashed and asked of CivitAI)
              fetchctl import setup.ipynb start.sh
              fetchctl import list.txt                 (aria2's input file)
              fetchctl import workflow.json            (the models that it names; a PNG of ComfyUI too)

            Without -o the list is printed. What could not be found is a comment with its hash.
            """)

    @Argument(help: ArgumentHelp("Folders, notebooks, shell scripts, Dockerfiles, input files, workflows.", valueName: "path"))
    var paths: [String]
    @Option(name: [.customShort("o", allowingJoined: true), .long], help: ArgumentHelp("The list to write.", valueName: "file"))
    var out: String?
    @Flag(help: "Replace the list that is there.")
    var force = false
    @Flag(help: "One JSON object a line on standard output; needs -o.")
    var json = false
    @Flag(name: .shortAndLong, help: "Only errors.")
    var quiet = false

    func run(_ context: Context) async throws -> Int32 {
        try context.requireCurrentDirectory()
        let target = try target()
        let folder = target.map(Path.parent) ?? Path.currentDirectory
        for path in paths where Disk.followedStatus(path) == nil {
            throw Failure(.notFound, "\(path) is not there.", why: "import reads what is on this machine.", hint: "check the path.")
        }
        let reporter = context.reporter(line: ProgressLine(), verbose: false, quiet: quiet)
        let told: any Reporter = json ? context.jsonReporter : reporter
        defer { told.close() }
        let work = Task { try await imported(context, told) }
        context.signals.handle(Signals.Actions(end: { work.cancel() }, suspend: { _ in }))
        let list: ImportedList
        do { list = try await work.value } catch is CancellationError {
            throw Failure(.interrupted, "interrupted.", hint: "run the same command again.", code: context.signals.exitCode)
        }
        let written = try list.written(in: folder, environment: context.environment)
        let text = written.text
        if let target {
            do throws(IOFault) { try Disk.replace(target, with: Array(text.utf8)) } catch { throw error.failure }
        } else {
            Terminal.write(OutputText(lines: text))
        }
        var summary = Event.Summary(code: 0, finished: written.models)
        summary.changed = written.models
        told.handle(.summary(summary))
        return 0
    }

    /// Where the list goes, absolute; nil: to standard output.
    private func target() throws(Failure) -> String? {
        guard let out else {
            guard !json else {
                throw Failure(.usage, "--json needs -o FILE.", why: "standard output holds the events then.", hint: "add -o models.toml")
            }
            return nil
        }
        guard !out.isEmpty else { throw Failure(.usage, "--out is empty.", hint: "give a name, such as models.toml.") }
        let path = Path.absolute(out)
        guard Disk.status(path) == nil || force else {
            throw Failure(.exists, "\(out) is there already.", hint: "choose another name, or replace it with --force.")
        }
        guard Disk.status(path)?.kind != .directory else {
            throw Failure(.exists, "\(out) is a directory.", hint: "name a file in it.")
        }
        return path
    }

    private func imported(_ context: Context, _ reporter: any Reporter) async throws -> ImportedList {
        let host = CommandImportHost(context: context, reporter: reporter)
        var list = ImportedList()
        for path in paths {
            if Disk.followedStatus(path)?.kind == .directory {
                list.entries += try await FolderImport(folder: Path.absolute(path), host: host).run()
            } else {
                let entries = try Self.entries(of: path)
                if entries.isEmpty { host.report(.warning(nil, kind: "note", message: "\(path) names nothing to import.")) }
                list.entries += entries
            }
        }
        return list
    }

    /// What a file of another program names.
    private static func entries(of path: String) throws(Failure) -> [ImportedList.Entry] {
        // Opening a pipe waits for its other end.
        guard Disk.followedStatus(path)?.kind == .file else {
            throw Failure(
                .usage, "\(path) is not a file or folder.", why: "it is a pipe, socket or device, of which import reads none.",
                hint: "write what it has to a file, and import that.")
        }
        guard let bytes = Disk.contents(path, limit: 256 << 20, onlyFiles: true) else {
            throw Failure(.permission, "\(path) cannot be read.", why: "this user may not read it, or it is too large.", hint: "check it.")
        }
        let name = Path.name(path)
        if let form = ConvertibleForm(name: name, head: bytes.prefix(ConvertibleForm.headLength)) {
            return ScriptImport.entries(try FileConversion(bytes, form, name: name))
        }
        let text = ByteOrderMark.removed(from: bytes)
        if bytes.starts(with: PNGText.signature) || text.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") {
            return WorkflowImport.entries(try ComfyWorkflow(bytes, path))
        }
        guard let text = SystemText.read(text) else {
            throw Failure(
                .usage, "\(path) is not a notebook, script, input file or workflow.", why: "it is not UTF-8 text.",
                hint: "name the folder that a model is in, to import the model itself.")
        }
        return try InputFileImport.entries(text, path)
    }
}

/// Reports as the command does, and asks services with its settings.
private struct CommandImportHost: ImportHost {
    let context: Context
    let reporter: any Reporter

    var environment: [String: String] { context.environment }
    var reportsResolved: Bool { reporter is JSONReporter }

    func report(_ event: Event) { reporter.handle(event) }

    func withLookup<Result>(_ body: (SourceLookup) async throws -> Result) async throws -> Result {
        try await AccountContext.with(context) { try await body($0.lookup) }
    }
}
