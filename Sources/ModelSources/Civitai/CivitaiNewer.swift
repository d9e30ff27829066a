package import FetchTypes

/// What CivitAI has of a model that is newer than a version that is here.
package struct CivitaiNewer: Sendable, Equatable {
    package let model: Int
    package let modelName: String?
    package let version: Int
    package let name: String
    /// Of the primary file, in bytes.
    package let size: Int64?

    /// Asks once for a model's versions: those for the same base model count, in CivitAI's own order.
    /// - Parameters:
    ///   - version: the one that is here.
    ///   - baseModel: what it is for; nil: as CivitAI lists that version.
    /// - Returns: nil where there is nothing newer, or the model is gone.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    package static func find(
        model: Int, than version: Int, baseModel: String?, endpoint: WebURL?, context: SourceContext
    ) async throws -> CivitaiNewer? {
        let session = CivitaiSession(host: nil, token: nil, endpoint: endpoint, context: context)
        guard let found = try await session.lookUp(CivitaiModel.self, "/api/v1/models/\(model)", about: "model \(model)") else {
            return nil
        }
        let versions = found.value.versions
        let base = baseModel ?? versions.first { $0.id == version }?.baseModel
        let same = versions.filter { base == nil || $0.baseModel == base }
        guard let newest = CivitaiModel.newest(of: same, now: context.now()), newest.id != version else { return nil }
        // One that follows ours in that order is older.
        if let own = same.firstIndex(where: { $0.id == version }), let place = same.firstIndex(where: { $0.id == newest.id }), own < place {
            return nil
        }
        let file = newest.files.first(where: \.isPrimary) ?? newest.files.first
        return CivitaiNewer(
            model: model, modelName: found.value.summary.name, version: newest.id, name: newest.name,
            size: file?.exactSize.count?.bytes)
    }
}
