import Events
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Transfer

/// Asks CivitAI which files have given hashes.
struct HashLookup {
    struct Found: Sendable {
        var reference: String
        var title: String
    }

    let host: any ImportHost

    private static let askedAtOnce = 4

    /// - Returns: what CivitAI knows, by hash; a hash that it does not know is missing.
    /// - Throws: ``Failure``, `CancellationError`.
    func find(_ wanted: [String]) async throws -> [String: Found] {
        let hashes = Set(wanted).sorted()
        guard !hashes.isEmpty else { return [:] }
        return try await host.withLookup { lookup in
            var found: [String: Found] = [:]
            var complaint: Failure?
            try await withThrowingTaskGroup(of: (String, Found?, Failure?).self) { group in
                var next = 0
                func addOne() {
                    guard next < hashes.count, complaint == nil else { return }
                    let hash = hashes[next]
                    next += 1
                    group.addTask { try await Self.ask(hash, lookup) }
                }
                for _ in 0..<Self.askedAtOnce { addOne() }
                while let (hash, answer, failure) = try await group.next() {
                    if let answer { found[hash] = answer }
                    complaint = complaint ?? failure
                    addOne()
                }
            }
            if let complaint {
                host.report(.warning(nil, kind: "civitai", message: "CivitAI could not be asked for all hashes: \(complaint.message)"))
            }
            return found
        }
    }

    private static func ask(_ hash: String, _ lookup: SourceLookup) async throws -> (String, Found?, Failure?) {
        do {
            var request = FetchRequest(try lookup.parser.parse("sha256:" + hash))
            request.selection.allowsUnsafe = true
            let resolution = try await lookup.resolve(request, quiet: ["pickle", "unsafe", "scan_pending", "scan_failed"])
            return (hash, resolution.files.first.map { Found(reference: $0.pinned, title: resolution.title) }, nil)
        } catch let failure as Failure {
            if failure.kind == .interrupted { throw CancellationError() }
            return (hash, nil, failure.kind == .notFound ? nil : failure)
        }
    }
}
