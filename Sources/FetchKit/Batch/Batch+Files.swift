import Events
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// What is done about one file, or one request, of a batch besides downloading it.
extension Batch {
    func announce(_ planned: PlannedFile, _ resolution: Resolution, _ siblings: Siblings) {
        let file = planned.file
        var resolved = Event.Resolved(
            source: resolution.source, title: resolution.title, name: file.path, size: file.size,
            sha256: planned.digest?.algorithm == .sha256 ? planned.digest?.hex : nil, urlHost: file.locator.host,
            metadata: file.metadata, pinned: file.pinned)
        resolved.siblings = siblings.count
        resolved.isFirst = planned.tag == siblings.first
        resolved.siblingBytes = siblings.bytes
        emit(.resolved(planned.tag, resolved))
    }

    func inspect(_ planned: PlannedFile) async throws -> Inspection {
        let found = try await Inspection.of(planned, options: options) {
            emit(.verifying(planned.tag, algorithm: planned.digest?.algorithm.rawValue ?? "sha256", digest: planned.digest?.hex))
        }
        if case .changed = found {
            emit(
                .warning(
                    planned.tag, kind: "note",
                    message: "\(planned.target) was changed since it was fetched, or is damaged: it is fetched again."))
        }
        return found
    }

    /// A hash that an untrusted entry gives, and that its source contradicts, cannot become true by a download. One that was typed wins
    /// over a published one.
    /// - Throws: ``Failure`` with exit code 65.
    func refuseContradiction(_ planned: PlannedFile, _ request: FetchRequest) throws(Failure) {
        guard !request.isTyped, request.list == nil, planned.isDigestDemanded, let demanded = planned.digest,
            let published = planned.file.digest,
            published.algorithm == demanded.algorithm, published.hex != demanded.hex
        else { return }
        throw Failure(
            .checksum, "\(planned.shown) is another file than its entry says.",
            why: "the entry demands \(demanded), and the source publishes \(published).",
            hint: "correct the link or the hash of the entry; without the hash: fetchctl add \(request.reference.shown.shellWord)")
    }

    /// What is done for a request once its files are settled.
    func closing(_ finalizer: SnapshotFinalizer, _ tag: FileTag) -> BatchLedger.Closing {
        { [emit] isWhole throws(Failure) in
            guard isWhole else { return finalizer.abandon() }
            do throws(IOFault) { try finalizer.finish(emit: emit) } catch {
                emit(.failed(tag, error.failure, keptBytes: 0))
                throw error.failure
            }
        }
    }

    /// What is done for a model in Ollama's store once its blobs are settled.
    func closing(_ store: OllamaFinalizer, _ tag: FileTag) -> BatchLedger.Closing {
        { [emit] isWhole throws(Failure) in
            guard isWhole else { return }
            do throws(IOFault) { try store.finish() } catch {
                emit(.failed(tag, error.failure, keptBytes: 0))
                throw error.failure
            }
        }
    }

    /// The bytes are there; the rest of the layout is made where it is missing.
    func confirm(_ planned: PlannedFile) async throws {
        do { try await FilePlacer(planned.placement).confirm() } catch let error as IOFault {
            // A place that may only be read is as good, as long as the file is found there.
            guard error.failure.kind == .permission, Disk.followedStatus(planned.target) != nil else { throw error.failure }
        }
        removeLeftovers(planned)
        HubIncomplete(planned: planned).remove(isLocked: false)
    }

    /// What an earlier run of ours had begun of a file that another program has finished since.
    private func removeLeftovers(_ planned: PlannedFile) {
        if case .plain = planned.placement.form, planned.compatibility != nil { return }
        let names = planned.placement.partial
        guard [names.data, names.record, names.control].contains(where: { Disk.status($0) != nil }) else { return }
        for left in UnfinishedDownload.of(names) { _ = left.remove() }
    }
}

/// The files of one request as a whole, which a display shows as one.
struct Siblings: Sendable {
    let count: Int
    /// Bytes of all; nil where one of the sizes is not known.
    let bytes: Int64?
    let first: FileTag?

    init(_ files: [PlannedFile]) {
        let lengths = files.map(\.file.length)
        count = files.count
        bytes = lengths.contains(nil) ? nil : lengths.compactMap(\.self).total.bytes
        first = files.first?.tag
    }
}
