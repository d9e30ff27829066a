import FetchTypes
import Layouts
import ModelSources
import Transfer

/// One file of a batch and what is to be done about it.
struct BatchItem: Sendable {
    enum State: Sendable, Equatable {
        /// It is to be downloaded.
        case needed
        /// Another request of this batch downloads the same file; it is inspected after that has finished.
        case repeated
        /// It was there already.
        case present
    }

    /// The number of its request in the round.
    let request: Int
    fileprivate(set) var file: PlannedFile
    let state: State
}

/// The files of a round, in the order given.
struct BatchItems: Sendable {
    private var items: [BatchItem] = []
    /// Where the files that are to be downloaded get their bytes, and for which request.
    private var owners: [String: Int] = [:]

    /// A file that is to be downloaded, unless another request of the batch does that.
    mutating func addNeeded(_ file: PlannedFile, of request: Int) {
        let isTaken = isTaken(file)
        if !isTaken { owners[file.placement.payload] = request }
        items.append(BatchItem(request: request, file: file, state: isTaken ? .repeated : .needed))
    }

    mutating func addPresent(_ file: PlannedFile, of request: Int) {
        items.append(BatchItem(request: request, file: file, state: .present))
    }

    /// Whether a file that is to be downloaded already stands for the same bytes.
    func isTaken(_ file: PlannedFile) -> Bool { owners[file.placement.payload] != nil }

    /// The source refuses the request's files to this machine: they come from other members of a fleet, or not at all.
    mutating func refuse(_ request: Int, _ failure: Failure) {
        for index in items.indices where items[index].request == request && items[index].state != .present {
            items[index].file.file.locator = RefusedLocator(host: items[index].file.file.locator.host, failure: failure)
        }
    }

    /// The request has failed: nothing of it is downloaded. What it had that was present stays.
    mutating func drop(_ request: Int) {
        owners = owners.filter { $0.value != request }
        items.removeAll { $0.request == request && $0.state != .present }
    }

    /// Nothing is downloaded.
    /// - Returns: the requests that lose files, in the order given.
    mutating func dropAll() -> [Int] {
        let requests = Set(items.filter { $0.state != .present }.map(\.request)).sorted()
        items.removeAll { $0.state != .present }
        return requests
    }

    subscript(_ state: BatchItem.State) -> [BatchItem] { items.filter { $0.state == state } }

    /// Whether the request whose files were added last has one of that state.
    func lastRequest(_ request: Int, has state: BatchItem.State) -> Bool {
        items.reversed().prefix { $0.request == request }.contains { $0.state == state }
    }
}
