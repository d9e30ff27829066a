import FetchTypes
import ModelReference
import ModelSources
import Storage
import Transfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `add --pick`: asks on the terminal which quantisation of a repo is wanted.
struct QuantisationQuestion {
    private let context: Context

    init(_ context: Context) { self.context = context }

    /// Gives the one request the tag that was chosen.
    /// - Throws: ``Failure`` with exit code 64 where no terminal is there to ask on, or the request is of no GGUF repo.
    func answer(_ requests: inout [FetchRequest]) async throws {
        guard requests.count == 1, case .huggingFace(var reference) = requests[0].reference.reference, reference.part == .whole,
            reference.type == .model
        else {
            throw Failure(
                .usage, "--pick is for one whole Hugging Face repo.", why: "it asks which of its quantisations is wanted.",
                hint: "for example: fetchctl add org/name --pick")
        }
        let shown = requests[0].reference.shown
        guard KeyReader.canAsk else {
            throw Failure(
                .usage, "--pick needs a terminal, and there is none.", why: "standard input or standard error leads elsewhere.",
                hint: "see the quantisations with fetchctl info \(shown), then add \(shown):TAG.")
        }
        let (variants, room) = try await look(requests[0])
        guard !variants.isEmpty else {
            throw Failure(
                .notFound, "\(shown) has no quantisation to pick.", why: "none of its files is a GGUF file with one in its name.",
                hint: "see its files with: fetchctl info \(shown)")
        }
        let whole = variants.filter { !$0.isIncomplete }
        guard !whole.isEmpty else {
            throw Failure(
                .notFound, "\(shown) has no whole quantisation to pick.", why: "files are missing of each.",
                hint: "see what is there with: fetchctl info \(shown)")
        }
        let chosen = try ask(shown, whole, room)
        let isOnlyOne = variants.count { $0.name.lowercased() == chosen.name.lowercased() } == 1
        reference.part = .quantisation(chosen.name)
        requests[0].reference = ParsedReference(.huggingFace(reference), shown: "\(shown):\(chosen.name)")
        // The name alone would mean several: by its folder or file, the chosen one only.
        if !isOnlyOne { requests[0].selection.include = chosen.paths + ["*mmproj*"] }
    }

    private func look(_ request: FetchRequest) async throws -> ([Quantisation], MachineCapacity) {
        var question = request
        question.selection.describes = true
        return try await AccountContext.with(context) { [question] asking in
            let found = try await asking.resolve(question).quantisations
            let capacity = await MachineCapacity.measure(request.directory ?? asking.options.defaultDirectory, context.environment)
            return (found, capacity)
        }
    }

    private func ask(_ shown: String, _ variants: [Quantisation], _ room: MachineCapacity) throws(Failure) -> Quantisation {
        let terminal = Terminal(environment: context.environment)
        var list = ChoiceList(
            titles: [
                "Which quantisation of \(shown)? Arrow keys, Enter; q leaves.", "Which of \(shown)? Arrow keys, Enter; q leaves.",
                "Arrow keys, Enter; q leaves.", "Arrows, Enter, q",
            ], lines: Self.lines(variants, room), rows: terminal.rows)
        context.signals.handle(
            Signals.Actions(
                end: { [signals = context.signals] in
                    KeyReader.end()
                    Terminal.write("\n", to: 2)
                    OutputPort.flush()
                    _exit(signals.exitCode.rawValue)
                },
                suspend: { $0 ? KeyReader.end() : KeyReader.begin() }))
        KeyReader.begin()
        defer { KeyReader.end() }
        var pending: [UInt8] = []
        draw(list, terminal, again: false)
        while let typed = KeyReader.read() {
            pending += typed
            for key in ChoiceList.keys(in: &pending) {
                if key == .choose { return variants[list.chosen] }
                if key == .leave { throw Self.left }
                list.move(key)
            }
            draw(list, terminal, again: true)
        }
        throw Self.left
    }

    private static let left = Failure(.interrupted, "no quantisation was chosen.", hint: "name one: fetchctl add org/name:TAG")

    private func draw(_ list: ChoiceList, _ terminal: Terminal, again: Bool) {
        let text = list.text(columns: terminal.columns, hasColor: terminal.hasColor)
        Terminal.draw(again ? "\u{1B}[\(list.height + 1)A\r\u{1B}[J\(text)" : text, to: 2)
    }

    private static func lines(_ variants: [Quantisation], _ room: MachineCapacity) -> [PrintableText] {
        var table = TextTable(columns: [.init(title: ""), .init(title: "", isRight: true), .init(title: ""), .init(title: "")])
        table.rows = variants.map { one in
            let disk: PrintableText = room.fitsDisk(one) == false ? "too large for the disk" : ""
            let gpu: PrintableText = room.fitsGPU(one).map { $0 ? "fits the GPU" : "larger than the GPU's memory" } ?? ""
            let files: PrintableText = one.paths.count == 1 ? "" : "\(one.paths.count) files"
            // Of two models with one quantisation the name alone would not tell which.
            let isAlone = variants.count { $0.name.lowercased() == one.name.lowercased() } == 1
            let note = disk.isEmpty ? gpu : disk
            let path: PrintableText = isAlone ? "" : "\(one.paths[0])"
            return [
                "\(one.name)", "\(one.size.map(ByteSize.text) ?? "?")", files,
                path.isEmpty || note.isEmpty ? path + note : path + ", " + note,
            ]
        }
        return Array(table.text(width: nil).lines.dropFirst().prefix(variants.count))
    }
}
