import Events
import FetchTypes
import ModelSources
import Storage
import Transfer

/// Puts sidecars beside a model that is in its place. None is ever replaced, and one that cannot be fetched is only a warning.
struct SidecarWriter: Sendable {
    let kinds: [SidecarKind]
    let emit: EventSink

    /// Further tries for a source that does not answer now; the model itself is there already.
    private static let backoff = RetryPolicy(limit: 2, minimumDelay: 1, maximumDelay: 5)

    func write(for planned: PlannedFile) async {
        guard !kinds.isEmpty else { return }
        guard let maker = planned.file.sidecars else {
            return warn(planned, "\(planned.source.rawValue) has nothing to make sidecars of: \(planned.target) gets none.")
        }
        let stem = Self.stem(planned.target)
        for kind in kinds where !kind.endings.contains(where: { Disk.status(stem + $0) != nil }) {
            do {
                let sidecar = try await make(kind, maker, planned)
                let path = stem + sidecar.ending
                guard Disk.status(path) == nil else { continue }
                try Disk.replace(path, with: sidecar.bytes)
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                warn(planned, "no \(kind.rawValue) sidecar for \(planned.target): \(Self.words(error))")
            }
        }
    }

    /// The path without its extension: `m.v1.safetensors` is `m.v1`.
    static func stem(_ path: String) -> String {
        let name = Path.name(path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
        return Path.join(Path.parent(path), String(name[..<dot]))
    }

    private func make(_ kind: SidecarKind, _ maker: any SidecarMaker, _ planned: PlannedFile) async throws -> Sidecar {
        var backoff = RetryBackoff(Self.backoff)
        while true {
            let failure: Failure
            var asked: Seconds?
            do {
                return try await maker.make(kind)
            } catch let refusal as TransientRefusal {
                (failure, asked) = (refusal.failure, refusal.retryAfter)
            } catch let fault as TransportFault where fault.kind != .tls && fault.kind != .forbiddenAddress {
                failure = fault.failure
            }
            // A long wait is not worth it.
            if let asked, asked > 30 { throw failure }
            try await backoff.wait(.server, asked: asked, limit: 60, orThrow: failure, about: planned.tag, emit: { _ in })
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let failure as Failure: failure.message
        case let fault as TransportFault: fault.failure.message
        case let fault as IOFault: fault.failure.message
        default: "\(error)"
        }
    }

    private func warn(_ planned: PlannedFile, _ message: String) {
        emit(.warning(planned.tag, kind: "sidecar", message: message))
    }
}
