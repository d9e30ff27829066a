package import FetchTypes

/// A parsed reference: the input of the resolvers. No I/O has happened.
package enum ModelReference: Sendable, Equatable {
    case civitai(CivitaiReference)
    case huggingFace(HubReference)
    case googleDrive(DriveReference)
    case gitHub(GitHubReference)
    case modelScope(ModelScopeReference)
    case ollama(OllamaReference)
    /// Any other http(s) URL.
    case direct(WebURL)
}

/// A reference together with how it may be shown.
package struct ParsedReference: Sendable, Equatable {
    package var reference: ModelReference
    /// What was typed, without any token, user information or signing query: safe to print and to store.
    package var shown: String

    package init(_ reference: ModelReference, shown: String) {
        self.reference = reference
        self.shown = shown
    }
}

/// A model version, or what leads to one, at CivitAI.
package struct CivitaiReference: Sendable, Equatable {
    package enum Target: Sendable, Equatable {
        case version(Int)
        case modelVersion(model: Int, version: Int)
        /// The newest published version of a model.
        case model(Int)
        /// Lower-case SHA-256.
        case hash(String)
    }

    package var target: Target
    package var fileID: Int?
    /// `type`, `format`, `size`, `fp`, `quantType` of a pasted download URL, by these names.
    package var filters: [String: String]
    /// The host that a pasted URL named, `www.` dropped (`civitai.red`); nil for the default.
    package var host: String?
    /// A `token=` that was in a pasted URL.
    package var token: Secret?

    package init(_ target: Target, fileID: Int? = nil, filters: [String: String] = [:], host: String? = nil, token: Secret? = nil) {
        self.target = target
        self.fileID = fileID
        self.filters = filters
        self.host = host
        self.token = token
    }
}

/// A Hugging Face repo, or a file or folder in one.
package struct HubReference: Sendable, Equatable {
    /// The raw value is the API's path segment.
    package enum RepoType: String, Sendable {
        case model = "models"
        case dataset = "datasets"
        case space = "spaces"
    }

    package enum Part: Sendable, Equatable {
        case whole
        /// A file if there is one of that path, else the folder.
        case path(String)
        /// Typed with a final slash; stored without it.
        case folder(String)
        /// The files of one quantisation of a GGUF repo, by the tag as typed: `Q4_K_M`.
        case quantisation(String)
    }

    package var type: RepoType
    /// `org/name`, or the one-word name.
    package var repo: String
    /// As typed, percent-decoded; nil for the default branch.
    package var revision: String?
    package var part: Part

    package init(type: RepoType = .model, repo: String, revision: String? = nil, part: Part = .whole) {
        self.type = type
        self.repo = repo
        self.revision = revision
        self.part = part
    }
}

package struct DriveReference: Sendable, Equatable {
    package var id: String
    package var isFolder: Bool
    package var resourceKey: String?
    /// One of Google's own documents, which have no bytes of their own but are exported.
    package var document: Document?

    package struct Document: Sendable, Equatable {
        /// As in its link: `document`, `spreadsheets`, `presentation`.
        package var kind: String
        /// `docx`, `pdf`, …: also the ending of the file.
        package var format: String

        package init(kind: String, format: String) {
            self.kind = kind
            self.format = format
        }
    }

    package init(id: String, isFolder: Bool = false, resourceKey: String? = nil, document: Document? = nil) {
        self.id = id
        self.isFolder = isFolder
        self.resourceKey = resourceKey
        self.document = document
    }
}

/// A release asset (`releases/download/TAG/NAME`) or a file of a repository at a revision.
package struct GitHubReference: Sendable, Equatable {
    package enum Item: Sendable, Equatable {
        case asset(tag: String, name: String)
        /// `blob` and `raw` URLs: the revision and the path cannot be told apart without asking when a
        /// branch name has slashes; this is all that follows `blob/`, percent-decoded.
        case file(revisionAndPath: String)
    }

    package var owner: String
    package var repository: String
    package var item: Item

    package init(owner: String, repository: String, item: Item) {
        self.owner = owner
        self.repository = repository
        self.item = item
    }
}

package struct ModelScopeReference: Sendable, Equatable {
    package var repo: String
    package var revision: String?
    package var path: String?

    package init(repo: String, revision: String? = nil, path: String? = nil) {
        self.repo = repo
        self.revision = revision
        self.path = path
    }
}

package struct OllamaReference: Sendable, Equatable {
    /// `library/llama3` for the short form `llama3`.
    package var model: String
    package var tag: String

    package init(model: String, tag: String) {
        self.model = model
        self.tag = tag
    }
}
