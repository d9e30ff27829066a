package import FetchTypes

/// What CivitAI has of a model that is newer than a version that is here.
package struct CivitaiNewer: Sendable, Equatable {
    package let model: Int
    package let modelName: String?
    package let version: Int
    package let name: String
    /// Of the primary file, in bytes.
    package let size: Int64?
}

/// The versions that CivitAI lists of a model, asked for once.
package struct CivitaiVersions: Sendable {
    private let number: Int
    private let model: CivitaiModel
    /// Seconds since 1970.
    private let now: Double

    /// - Returns: nil where the model is gone.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    package static func fetch(of model: Int, endpoint: WebURL?, context: SourceContext) async throws -> CivitaiVersions? {
        let session = CivitaiSession(host: nil, token: nil, endpoint: endpoint, context: context)
        let found = try await session.lookUp(CivitaiModel.self, "/api/v1/models/\(model)", about: "model \(model)")
        return found.map { CivitaiVersions(number: model, model: $0.value, now: context.now()) }
    }

    /// What is newer than a version: those for the same base model count, in CivitAI's own order.
    /// - Parameters:
    ///   - version: the one that is here.
    ///   - baseModel: what it is for; nil: as CivitAI lists that version.
    /// - Returns: nil where there is nothing newer.
    package func newer(than version: Int, baseModel: String?) -> CivitaiNewer? {
        let base = baseModel ?? model.versions.first { $0.id == version }?.baseModel
        let same = model.versions.filter { base == nil || $0.baseModel == base }
        guard let newest = CivitaiModel.newest(of: same, now: now), newest.id != version else { return nil }
        // One that follows ours in that order is older.
        if let own = same.firstIndex(where: { $0.id == version }), let place = same.firstIndex(where: { $0.id == newest.id }), own < place {
            return nil
        }
        let file = newest.files.first(where: \.isPrimary) ?? newest.files.first
        return CivitaiNewer(
            model: number, modelName: model.summary.name, version: newest.id, name: newest.name, size: file?.exactSize.count?.bytes)
    }
}
