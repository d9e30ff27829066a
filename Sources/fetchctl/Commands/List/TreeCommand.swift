import ArgumentParser
import Events
import FetchKit
import FetchTypes
import ListSync
import ModelList
import ModelReference
import ModelSources
import Storage

/// `fetchctl tree`: shows a list with sizes and sources.
struct TreeCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show a model list with its files, their sizes and their sources.",
        discussion: """
            Examples:
              fetchctl tree
              fetchctl tree --json

            Sizes and files are read from the lock; no request is sent.
            """)

    @OptionGroup var list: ListOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, list.output.form)
        defer { session.reporter.close() }
        let loaded = try LoadedList(list.location, endpoints: session.endpoints, environment: context.environment)
        for warning in loaded.warnings { session.warn("config", warning) }
        if list.output.json { tellEvents(loaded) } else { Terminal.write(text(loaded, width: Terminal.proseColumns(of: 1))) }
        var summary = Event.Summary(code: 0)
        summary.changed = 0
        session.reporter.handle(.summary(summary))
        return 0
    }

    /// - Parameter width: the terminal's; nil where lines may be of any length.
    private func text(_ loaded: LoadedList, width: Int?) -> OutputText {
        let fit = LockFit(list: loaded)
        var tree = TreeText(width: width)
        tree.add(Path.name(loaded.path), hang: "  ")
        var total = ByteCount.zero
        for (index, model) in loaded.models.enumerated() {
            let isLast = index == loaded.models.count - 1
            let entry = fit.entry(of: model)
            let size = entry.map { $0.files.compactMap(\.size).total }
            total = total + (size ?? .zero)
            let source = entry?.pinned ?? model.references.map(\.shown).joined(separator: " or ")
            let marks = [
                size.map { ByteSize.text($0.bytes) } ?? "not locked", model.listed.isOptional ? "optional" : nil,
            ].compactMap(\.self).joined(separator: ", ")
            let title = model.name == source ? model.name : "\(model.name)  \(source)"
            let files = entry?.files ?? []
            let below: PrintableText = isLast ? "    " : "│   "
            tree.add((isLast ? "└── " : "├── ") + "\(title)  (\(marks))", hang: below + (files.isEmpty ? "  " : "│ "))
            for (place, file) in files.enumerated() {
                let isLastFile = place == files.count - 1
                tree.add(
                    below.text + (isLastFile ? "└── " : "├── ") + file.path.text + "  "
                        + (file.size.map { ByteSize.text($0.bytes) } ?? "size unknown"),
                    hang: below + (isLastFile ? "      " : "│     "))
            }
        }
        tree.add("\(loaded.models.count) \(loaded.models.count == 1 ? "model" : "models"), \(ByteSize.text(total.bytes))", hang: "  ")
        return tree.output
    }

    private func tellEvents(_ loaded: LoadedList) {
        let fit = LockFit(list: loaded)
        for model in loaded.models {
            let isInCache = loaded.isInCache(model)
            let entry = fit.entry(of: model)
            let source = SourceName(model.references[0].reference)
            for file in entry?.files ?? [] {
                var metadata = FileMetadata()
                metadata.model = model.name
                metadata.licence = file.licence
                let tag = FileTag(ref: entry?.reference ?? "", path: loaded.places.target(file.path, isInCache: isInCache))
                tell(tag, name: Path.name(file.path.text), source: source, file: file, metadata: metadata, pinned: entry?.pinned ?? "")
            }
            if entry == nil {
                var metadata = FileMetadata()
                metadata.model = model.name
                tell(
                    FileTag(ref: model.references[0].shown, path: loaded.places.base), name: model.name, source: source, file: nil,
                    metadata: metadata,
                    pinned: model.references[0].shown)
            }
        }
    }

    private func tell(
        _ tag: FileTag, name: String, source: SourceName, file: LockedFile?, metadata: FileMetadata, pinned: String
    ) {
        let resolved = Event.Resolved(
            source: source, title: name, name: name, size: file?.size?.bytes, sha256: file?.sha256, urlHost: nil, metadata: metadata,
            pinned: pinned)
        Terminal.write(Event.resolved(tag, resolved).json(time: Timestamp.now()))
    }
}
