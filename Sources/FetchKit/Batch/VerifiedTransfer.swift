import Events
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// Gets a file's bytes and compares them with what is published: a wrong checksum is fetched once more, by the engine whose every
/// answer is looked at, and what mirrors served from the source itself.
struct VerifiedTransfer {
    let planned: PlannedFile
    let partial: Partial
    let options: FetchOptions
    let engines: any EngineSelection
    let room: BatchRoom
    let meter: TransferMeter
    /// How a fleet brings the file; nil: it is fetched alone.
    var shared: SharedFile?
    let emit: EventSink

    /// - Returns: what was verified, and the engine that received the last byte.
    /// - Throws: ``Failure``, ``IOFault``, `CancellationError`.
    func run() async throws -> (Verdict, EngineName) {
        let gitSize = planned.digest?.algorithm == .gitSHA1 ? planned.file.size : nil
        let digest = IncrementalHasher(gitSize: gitSize)
        var loop = TransferLoop(
            planned: planned, partial: partial, options: options, engines: engines, room: room, digest: digest, meter: meter,
            emit: emit)
        var mismatches: [String] = []
        var suspects: MirrorSuspects?
        var isShared = shared != nil
        var copied = try await copyFromCache()
        while true {
            let engine = copied != nil ? (planned.dedupe == .off ? .builtin : .local) : try await loop.run()
            let taken = copied.take()
            let outcome = try await Verification(
                planned: planned, partial: partial, digest: digest, verifies: options.verifies, emit: emit
            ).run()
            if let found = suspects.take() { try await name(found) }
            switch outcome {
            case .good(let verdict):
                if let taken { planned.tellTaken(by: taken, emit) }
                guard isShared, let shared, try await !shared.accept(verdict) else { return (verdict, engine) }
                // Nothing is published, and the others have other bytes.
                isShared = try await rejectShared(digest)
                if !isShared { try? partial.startOver() }
                loop.forgetProgress()
            case .mismatch where taken != nil: try rejectCopy(digest)
            case .mismatch(let got, let complaint):
                if isShared {
                    isShared = try await rejectShared(digest)
                    loop.forgetProgress()
                    if isShared { continue }
                }
                suspects = try await MirrorSuspects.take(from: partial)
                if suspects != nil {
                    emit(
                        .warning(
                            planned.tag, kind: "checksum",
                            message: "the checksum of \(planned.target) is wrong; what mirrors served is fetched again from the source."))
                    digest.reset()
                    loop.leaveMirrors()
                    continue
                }
                mismatches.append(got)
                // A disk that refuses shows at the next write.
                try? partial.startOver()
                digest.reset()
                guard mismatches.count < 2 else {
                    throw complaint.map { ContentCheck.failure($0, host: nil) } ?? checksumFailure(mismatches)
                }
                emit(.warning(planned.tag, kind: "checksum", message: "the checksum of \(planned.target) is wrong; one clean try is made."))
                await loop.beginClean()
            }
        }
    }

    /// What a fleet has brought is wrong.
    /// - Returns: whether it brings the bytes again; else the file goes on without it.
    private func rejectShared(_ digest: IncrementalHasher) async throws -> Bool {
        guard let shared else { return false }
        let comesAgain = try await shared.reject()
        if !comesAgain { await shared.leave() }
        digest.reset()
        emit(
            .warning(
                planned.tag, kind: "checksum",
                message: "the checksum of \(planned.target) is wrong; "
                    + (comesAgain ? "the fleet fetches it again." : "it is fetched without the fleet.")))
        return comesAgain
    }

    /// The copy on this machine has other bytes than its record or its name says: they come from the source.
    private func rejectCopy(_ digest: IncrementalHasher) throws {
        try partial.startOver()
        digest.reset()
        meter.set(received: 0)
        emit(
            .warning(
                planned.tag, kind: "checksum",
                message: "\(planned.cached ?? "the copy") is damaged: its bytes are not those of \(planned.name), which is downloaded."))
    }

    /// - Returns: how the whole file was taken from this machine; nil: it was not.
    private func copyFromCache() async throws -> CopyMethod? {
        guard let path = planned.cached, planned.digest != nil, let size = planned.file.size, partial.presentBytes == 0 else {
            return nil
        }
        partial.begin(size: size)
        let began = ContinuousClock.now
        var told: ContinuousClock.Instant?
        return try await CachedCopy(path: path).fill(partial, meter: meter) { bytes in
            let now = ContinuousClock.now
            // Four times a second, as a transfer tells.
            guard told.map({ now - $0 >= .milliseconds(250) }) ?? true else { return }
            told = now
            let seconds = (now - began) / .seconds(1)
            let rate = seconds > 0 ? Double(bytes) / seconds : 0
            emit(.progress(planned.tag, Event.Progress(received: bytes, size: size, rate: rate, eta: nil, connections: 0)))
        }
    }

    /// Says which mirrors had other bytes than the source, now that its own are there.
    private func name(_ suspects: MirrorSuspects) async throws {
        let names = try await suspects.differing(in: partial)
        guard !names.isEmpty else { return }
        emit(
            .warning(
                planned.tag, kind: "mirror",
                message: "other bytes than the source's came from \(names.joined(separator: ", ")): do not use it for this file."))
    }

    private func checksumFailure(_ got: [String]) -> Failure {
        let expected = planned.digest?.hex ?? ""
        if planned.isDigestDemanded, Set(got).count == 1 {
            return Failure(
                .checksum, "\(planned.shown) does not have the checksum that was asked for.",
                why: "expected \(expected), got \(got[0]) twice.",
                hint: "check the value given, or, if you trust these bytes, give --sha256 \(got[0])")
        }
        if Set(got).count == 1 {
            return Failure(
                .checksum, "\(planned.shown) does not have the published checksum.",
                why: "expected \(expected), got \(got[0]) twice: the source serves other bytes than it publishes.",
                hint: planned.digest?.algorithm == .gitSHA1
                    ? "tell its publisher, or leave it out with --exclude."
                    : "tell its publisher, or, if you trust these bytes, "
                        + (planned.isOneOfSeveral ? "fetch this file alone with" : "accept them with") + " --sha256 \(got[0])")
        }
        return Failure(
            .checksum, "\(planned.shown) does not have the published checksum.",
            why: "expected \(expected), got \(got.joined(separator: ", then ")).",
            hint: "the line or a proxy damages what passes; try again, from another network if it stays so.")
    }
}
