internal import FetchTypes

extension HubSource {
    /// The files that a tag means, in the repo's order.
    /// - Throws: ``Failure``: see ``QuantisationTable/paths(_:projector:of:)``.
    func quantised(_ entries: [HubEntry], _ tag: String, _ subject: HubSubject) throws(Failure) -> [HubEntry] {
        let table = QuantisationTable(entries.map(\.sized))
        let paths = try table.paths(tag, projector: session.context.selection.projector, of: subject.repo)
        return entries.filter { paths.contains($0.path) }
    }
}

extension HubEntry {
    var sized: (path: String, size: Int64?) { (path, size.count?.bytes) }
}
