import DropIns
import Events
import FetchKit
import FetchTypes
import Synchronization

/// Gathers what a dry run of `hf download` is told of its files, and prints the list once all of them are known.
final class DropInListingBoard: Sendable {
    private struct Entry {
        var name: String
        var size: Int64?
        var isThere = false
    }

    private let dryRun: HubDryRun
    private let columns: Int
    /// By target.
    private let entries = Mutex<[String: Entry]>([:])

    init(_ dryRun: HubDryRun, _ environment: [String: String]) {
        self.dryRun = dryRun
        // The order is that of Python's `shutil.get_terminal_size`.
        columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? Terminal.columns(of: 1) ?? 80
    }

    /// Notes what an event tells of a file; anything else is passed on.
    func note(_ event: Event, orElse pass: (Event) -> Void) {
        switch event {
        case .resolved(let tag, let file):
            entries.withLock { $0[tag.path] = Entry(name: dryRun.file ?? file.name, size: file.size) }
        case .skipped(let tag, .complete, _, _): entries.withLock { $0[tag.path]?.isThere = true }
        case .planned: break
        default: pass(event)
        }
    }

    /// The request is settled: its list is printed unless it failed.
    func settle(_ result: Batch.Result) {
        switch result {
        case .failed, .missing: return
        case .there, .planned: break
        }
        var items = entries.withLock { $0.values.map { HubDryRun.Item(name: $0.name, size: $0.size, isFetched: !$0.isThere) } }
        // What is there was taken as it is, because the Hub could not be asked.
        if items.isEmpty, let file = dryRun.file { items = [HubDryRun.Item(name: file, size: nil, isFetched: false)] }
        Terminal.write(OutputText(lines: dryRun.text(items, columns: columns)))
    }
}
