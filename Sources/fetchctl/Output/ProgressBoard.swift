import Events
import FetchTypes
import Storage

/// What is under way and what is done, as the events tell it. Every display draws from this.
struct ProgressBoard: Sendable {
    struct Entry: Sendable {
        let tag: FileTag
        var progress: ProgressState
    }

    /// The files under way, in the order in which they began.
    private(set) var files: [Entry] = []
    /// Files of the batch that had to be fetched; 0 before that is known.
    private(set) var planned = 0
    /// Their bytes; nil when a size is not known.
    private(set) var plannedBytes: Int64?
    /// Of the planned ones, those that are settled, however.
    private(set) var done = 0
    private(set) var doneBytes: Int64 = 0
    /// The fleet that fetches together; nil where there is none.
    private(set) var fleet: Event.FleetProgress?
    /// References of many files.
    private(set) var largeReferences = LargeReferences()

    mutating func take(_ event: Event) {
        largeReferences.take(event)
        switch event {
        case .planned(let files, let size, _, _):
            planned = files
            plannedBytes = size
        case .started(let tag, _, _, let resumed, let size):
            change(tag, adding: true) {
                $0.received = resumed
                $0.size = size
                $0.note = nil
            }
        case .progress(let tag, let progress):
            change(tag) {
                $0.received = progress.received
                $0.size = progress.size
                $0.rate = progress.rate
                $0.eta = progress.eta
                $0.connections = progress.connections
            }
        case .verifying(let tag, _, _):
            change(tag) {
                $0.note = "verifying"
                $0.rate = 0
                $0.connections = 0
            }
        case .waiting(let tag, .locked, _, _): change(tag, adding: true) { $0.note = "waiting for another process" }
        case .waiting(let tag, _, _, _), .retrying(let tag, _, _, _, _):
            change(tag) {
                $0.note = "waiting"
                $0.rate = 0
                $0.connections = 0
            }
        case .fleet(.progress(let it)): fleet = it
        case .fleet(.done): fleet = nil
        case .finished(let tag, let finished): settle(tag, bytes: finished.size)
        case .skipped(let tag, _, let size, _): settle(tag, bytes: size ?? 0)
        case .failed(let tag, _, _): settle(tag, bytes: 0)
        default: break
        }
    }

    private mutating func change(_ tag: FileTag, adding: Bool = false, _ body: (inout ProgressState) -> Void) {
        if adding, !files.contains(where: { $0.tag == tag }) {
            files.append(Entry(tag: tag, progress: ProgressState(name: PrintableText(Path.name(tag.path)))))
        }
        guard let index = files.firstIndex(where: { $0.tag == tag }) else { return }
        body(&files[index].progress)
    }

    private mutating func settle(_ tag: FileTag, bytes: Int64) {
        files.removeAll { $0.tag == tag }
        // What is settled before the plan is made is no part of it.
        guard planned > 0 else { return }
        done += 1
        doneBytes += bytes
    }

    /// What is drawn, a line each: the small files of a reference that has many share one.
    var rows: [ProgressState] {
        var shared: [(ref: String, state: ProgressState)] = []
        var rows: [ProgressState] = []
        for entry in files {
            guard let large = largeReferences.of(entry.tag), entry.progress.size ?? .max < LargeReferences.smallFile else {
                rows.append(entry.progress)
                continue
            }
            let place = shared.firstIndex { $0.ref == entry.tag.ref } ?? shared.endIndex
            if place == shared.endIndex { shared.append((entry.tag.ref, large.progress)) }
            shared[place].state.received += entry.progress.received
            shared[place].state.rate += entry.progress.rate
            shared[place].state.connections += entry.progress.connections
        }
        return rows + shared.map(\.state)
    }

    /// The line over all files of the plan; nil when there is but one, or nothing under way.
    func total(_ line: ProgressLine, columns: Int) -> String? {
        guard planned > 1, !files.isEmpty else { return nil }
        return line.drawTotal(
            files.map(\.progress), done: done, of: planned, finishedBytes: doneBytes, totalBytes: plannedBytes, columns: columns)
    }

    /// All that is under way in one line: the file's own, or the total where several are; the fleet behind it, where there is
    /// room. Nil when nothing is.
    func single(_ line: ProgressLine, columns: Int) -> String? {
        guard let fleet else { return own(line, columns: columns) }
        let behind = "  " + EventWords.fleetLine(fleet)
        let room = columns - Text.width(behind)
        return room < 60 ? own(line, columns: columns) : own(line, columns: room).map { $0 + behind }
    }

    private func own(_ line: ProgressLine, columns: Int) -> String? {
        if files.count == 1 { return line.draw(rows[0], columns: columns) }
        return total(line, columns: columns) ?? files.first.map { line.draw($0.progress, columns: columns) }
    }
}
