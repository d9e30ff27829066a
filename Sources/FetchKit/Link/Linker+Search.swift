import Events
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Where the bytes of what is linked are found.
extension Linker {
    /// The first file that is found with these bytes; read and compared.
    func find(_ planned: PlannedFile) async throws -> String? {
        guard let digest = planned.digest, let size = planned.file.size else { return nil }
        if digest.algorithm == .sha256 {
            while let path = try await copies.find(sha256: digest.hex, size: size, for: planned.placement.payload, folders: folders) {
                if try await Inspection.hash(path, digest, {}) != nil { return path }
                copies.leaveOut(path)
                emit(
                    .warning(
                        planned.tag, kind: "checksum",
                        message: "\(path) is damaged: its bytes are not those of \(planned.name). Another copy is looked for."))
            }
            return nil
        }
        // Small files of a repo have no SHA-256 at the Hub: its cache names them by what it does publish.
        // Elsewhere a record names them by their reference, with its commit.
        let named = copies.blobs(named: digest.hex, size: size)
        for path in named + copies.recorded(planned.file.pinned, size: size, for: planned.placement.payload, folders: folders) {
            let hash = try await Inspection.hash(path, digest, {})
            if hash != nil { return path }
        }
        return nil
    }

    /// What each file is for, where the layout asks.
    func kinds(_ resolution: Resolution, _ request: FetchRequest, _ given: [String: LinkBytes]) -> [ModelKind?] {
        guard request.layout == .a1111 || request.layout == .comfyui else { return [] }
        return resolution.files.map { file in
            if let kind = ModelKind(file.metadata, name: file.path) ?? request.kind { return kind }
            guard let source = given[file.pinned]?.path, let open = try? OpenFile(source, .followed) else {
                return KindFinder.byPath(file.repoPath ?? file.path)?.kind
            }
            var head = [UInt8](repeating: 0, count: Int(ModelHeader.window))
            let count = head.withUnsafeMutableBytes { (try? open.read(into: $0, at: 0)) ?? 0 }
            return ModelHeader.kind(Array(head[..<count]), ending: Path.pathExtension(source))?.kind
                ?? KindFinder.byPath(file.repoPath ?? file.path)?.kind
        }
    }
}
