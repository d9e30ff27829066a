import FetchKit
import FetchTypes
import ModelReference
import ModelSources

/// The reference that gets exactly the same files again, as a lock keeps it.
enum PinnedReference {
    static func text(_ reference: ParsedReference, _ resolution: Resolution) -> String {
        if let snapshot = resolution.hub, case .huggingFace(let hub) = reference.reference, resolution.folderName != nil {
            switch hub.part {
            case .whole: return "hf:\(snapshot.name)@\(snapshot.commit)"
            case .quantisation(let tag): return "hf:\(snapshot.name)@\(snapshot.commit):\(tag)"
            case .path(let path), .folder(let path): return HubSnapshot.pinned(snapshot.name, at: snapshot.commit, path) + "/"
            }
        }
        guard let first = resolution.files.first, resolution.folderName == nil else { return reference.shown }
        if resolution.files.count == 1 { return first.pinned }
        // Several files of one CivitAI version.
        if resolution.source == .civitai, let plus = first.pinned.lastIndex(of: "+") { return String(first.pinned[..<plus]) }
        return reference.shown
    }
}
