import FetchKit
package import FetchTypes
import Layouts
package import ModelList
import ModelReference
import ModelSources
import Storage

/// Asks what reads lists whether one may have a model: it is written, read again, and its values and places are checked as `sync` does.
package struct ListEntryCheck {
    private let folder: String
    private let settings: ModelList.Settings
    private let isOutsideAllowed: Bool
    private let endpoints: ServiceEndpoints
    private let environment: [String: String]

    /// - Parameters:
    ///   - folder: where the list is to stand, absolute.
    ///   - isOutsideAllowed: whether the list says that it is synced with `--outside`.
    /// - Throws: ``Failure`` of kind `config` for a wrong endpoint.
    package init(
        folder: String, settings: ModelList.Settings = .init(), isOutsideAllowed: Bool = false, environment: [String: String]
    ) throws(Failure) {
        self.folder = folder
        self.settings = settings
        self.isOutsideAllowed = isOutsideAllowed
        self.environment = environment
        endpoints = try ServiceEndpoints(environment: environment)
    }

    /// - Returns: the model's name, which is its own in a list.
    /// - Throws: ``Failure``: what the list would be refused with.
    package func name(of model: ListedModel) throws(Failure) -> String {
        var writer = ListWriter()
        if !settings.directory.text.isEmpty { writer.settings(directory: settings.directory.text) }
        writer.model(model)
        let file = "models.toml"
        let list = try ModelList(parsing: Array(writer.text.utf8), file: file, isOutsideAllowed: isOutsideAllowed)
        let parser = ReferenceParser(endpoints: endpoints, pathExists: { _ in false })
        guard let listed = list.models.first else { throw Failure(.config, "the list has no model.", hint: "report this.") }
        for text in listed.references + listed.mirror {
            do throws(Failure) { _ = try parser.parse(text.text) } catch {
                // Why it cannot be understood says more than that.
                throw Failure(.config, error.message, why: error.why ?? error.message, hint: error.hint)
            }
        }
        let synced = try SyncModel(listed, list.settings, parser, file: file)
        for reference in synced.references + synced.mirrors {
            guard case .direct(let url) = reference.reference, url.isPrivate, !endpoints.includes(url) else { continue }
            throw Failure(
                .config, "\(reference.shown) is an address of this machine or its network.",
                why: "\(reference.shown) is an address of this machine or its network, which a list may not name.",
                hint: "fetch it with: fetchctl add")
        }
        let places = ListPlaces(
            folder: folder, directory: list.settings.directory, chosen: nil, isOutsideAllowed: isOutsideAllowed,
            hubCache: HubFolders.cache(environment).map(Path.absolute))
        try places.check(synced, file)
        return synced.name
    }
}
