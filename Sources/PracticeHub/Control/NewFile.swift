import Foundation

/// A file to put into a running hub.
package struct NewFile: Codable, Sendable {
    package enum Place: String, Codable, Sendable {
        /// At `/plain/NAME` of the content network.
        case plain
        /// A model version of its own, or a further file of one that exists.
        case civitai
        /// In a repository, which is made if there is none of that id.
        case hub
    }

    package var place: Place
    /// File name; for a repository its path in there, for `plain` its path under `/plain/`.
    package var name: String
    /// Bytes.
    package var size: Int64
    /// Default 1.
    package var seed: UInt64?
    /// Default: by the name's ending, else `bytes`.
    package var kind: PracticeFile.Kind?
    /// The text of a file of kind `text`, in place of `size` and `seed`.
    package var text: String?
    /// For `hub`: the repository's id, default `practice/added`.
    package var repository: String?
    /// For `hub`: `models` (default), `datasets` or `spaces`.
    package var repositoryKind: String?
    /// For `hub`: `gated`, `private` or `disabled`; default open. For `civitai`: `login`, `grant`, `generationOnly` or `archived`.
    package var access: String?
    /// For `civitai`: the version's id, default one that is free; the model's id, default the version's plus 1,000,000.
    package var version: Int?
    package var model: Int?
    /// For `civitai`: `Checkpoint` by default.
    package var modelType: String?
    /// For `hub`: that many files instead of one, each with its number from 0 in place of every `#` in name and text.
    package var copies: Int?

    package init(
        _ place: Place, name: String, size: Int64, seed: UInt64? = nil, kind: PracticeFile.Kind? = nil, text: String? = nil,
        repository: String? = nil, repositoryKind: String? = nil, access: String? = nil, version: Int? = nil, model: Int? = nil,
        modelType: String? = nil
    ) {
        self.place = place
        self.name = name
        self.size = size
        self.seed = seed
        self.kind = kind
        self.text = text
        self.repository = repository
        self.repositoryKind = repositoryKind
        self.access = access
        self.version = version
        self.model = model
        self.modelType = modelType
    }

    /// The files that it stands for.
    var each: [NewFile] {
        guard let copies else { return [self] }
        return (0..<max(0, copies)).map { number in
            var one = self
            one.copies = nil
            one.name = name.replacingOccurrences(of: "#", with: String(number))
            one.text = text?.replacingOccurrences(of: "#", with: String(number))
            one.seed = (seed ?? 1) &+ UInt64(number)
            return one
        }
    }

    /// The content that it describes.
    var content: PracticeFile {
        if let text { return PracticeFile(text: text) }
        let endings: [(String, PracticeFile.Kind)] = [
            (".safetensors", .safetensors), (".gguf", .gguf), (".ckpt", .pickle), (".pt", .pickle), (".pth", .pickle),
        ]
        let byName = endings.first { name.lowercased().hasSuffix($0.0) }?.1 ?? .bytes
        return PracticeFile(kind: kind ?? byName, size: max(0, size), seed: seed ?? 1)
    }
}
