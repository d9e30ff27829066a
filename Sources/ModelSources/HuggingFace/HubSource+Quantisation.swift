internal import FetchTypes
internal import ModelReference

extension HubSource {
    /// The quantisation that the reference names, or the option `quant` of a whole model repo; nil: none.
    /// - Throws: ``Failure`` with exit code 64 where they name two.
    static func tag(of reference: HubReference, _ selection: FileSelection) throws(Failure) -> String? {
        let named: String? = if case .quantisation(let tag) = reference.part { tag } else { nil }
        guard let option = selection.quant, named != nil || (reference.part == .whole && reference.type == .model) else { return named }
        guard !option.isEmpty else {
            throw Failure(.usage, "quant names no quantisation.", hint: "give a name, for example --quant Q4_K_M, or omit it.")
        }
        if let named, named.lowercased() != option.lowercased() {
            throw Failure(
                .usage, "two quantisations of \(reference.repo) are named: \(named) and \(option).",
                hint: "name one: hf:\(reference.repo):\(named)")
        }
        return named ?? option
    }

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
