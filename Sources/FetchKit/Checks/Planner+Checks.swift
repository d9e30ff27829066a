import Layouts
package import ModelSources
import Partials
package import Transfer

extension Planner {
    /// What a reference's files have to be, where `add` would have put them.
    /// - Throws: ``Failure`` as ``plan(_:_:)`` does.
    package mutating func checks(_ request: FetchRequest, _ resolution: Resolution) throws -> [FileCheck] {
        try plan(request, resolution).files.map { planned in
            // Where the source publishes no digest, our record has the one that was found when the bytes came.
            let record = planned.placement.knownRecord
            let own = record?.identity == planned.file.identity ? record : nil
            return FileCheck(
                tag: planned.tag, size: planned.file.size ?? own?.size, digest: planned.digest ?? own?.expectation,
                reference: planned.file.pinned, authority: planned.digest != nil ? "the source" : own == nil ? "the source" : "its record",
                layout: Self.layout(planned.placement.form))
        }
    }

    private static func layout(_ form: PlacementPlan.Form) -> String? {
        switch form {
        case .plain: nil
        case .cache(let entry): FileCheck.options(cache: entry.folder.root)
        case .local(let entry): FileCheck.options(local: entry.directory)
        }
    }
}
