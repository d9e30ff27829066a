import Events
package import FetchTypes
package import Layouts
import ModelReference
package import ModelSources
import Storage
package import Transfer

/// Gives every file of a batch its place, before a byte moves.
package struct Planner {
    private struct Claim {
        /// Which of the requests it is, by the order of ``plan(_:_:kinds:)``.
        var turn: Int
        var identity: String
        var reference: String
    }
    private var taken: [String: Claim] = [:]
    /// Folders that files already planned will be in.
    private var folders: [String: Claim] = [:]
    private var turns = 0
    /// Requests that had a place before another one wanted it, counted from 0 in the order in which they were planned: none of
    /// those has a right to it.
    package private(set) var contested: [Int: Failure] = [:]
    private let options: FetchOptions
    /// Several repos in one batch each get a folder of their own.
    private let folderCount: Int

    package init(options: FetchOptions, folderCount: Int) {
        self.options = options
        self.folderCount = folderCount
    }

    /// - Parameter kinds: what each file is for, where the layout asks.
    /// - Returns: the request's files, and what stands for them: each by itself, or the folder of a repo.
    /// - Throws: ``Failure`` when a name cannot be used, or another reference of the batch has the target.
    package mutating func plan(
        _ request: FetchRequest, _ resolution: Resolution, kinds: [ModelKind?] = []
    ) throws(Failure) -> (files: [PlannedFile], paths: [String]) {
        let turn = turns
        turns += 1
        if request.out != nil, resolution.files.count != 1 || resolution.folderName != nil && resolution.files.count > 1 {
            // A name that a list or a workflow gives was not typed.
            guard request.isTyped else {
                throw Failure(
                    .usage, "\(request.reference.shown) is no single file: it has \(resolution.files.count).",
                    why: "its entry gives a name for one file.", hint: "let its link lead to the file itself.")
            }
            throw Failure(
                .usage, "--out names one file, but \(request.reference.shown) has \(resolution.files.count).",
                hint: "omit --out and choose the directory with -d DIR.")
        }
        if request.sha256 != nil, resolution.files.count != 1 {
            throw Failure(
                .usage, "--sha256 is for one file, but \(request.reference.shown) has \(resolution.files.count).",
                hint: "name one file of it, or omit --sha256.")
        }
        if !request.mirrors.isEmpty, resolution.files.count != 1 {
            throw Failure(
                .usage, "--mirror is for one file, but \(request.reference.shown) has \(resolution.files.count).",
                hint: "name one file of it, or omit --mirror.")
        }
        var (files, directory) = try place(request, resolution, kinds)
        for index in files.indices {
            files[index].isOneOfSeveral = files.count > 1
            files[index].list = request.list
        }
        try claim(files, for: request.reference.shown, turn)
        if let manifest = resolution.manifest, request.layout == .ollama {
            return (files, [try OllamaStore(root: directory).manifest(manifest)])
        }
        let areTheirOwn = resolution.folderName == nil || request.out != nil
        if areTheirOwn, !files.isEmpty { return (files, files.map(\.target)) }
        guard request.layout == .lmStudio, resolution.hub != nil, let first = files.first else { return (files, [directory]) }
        // Repos share LM Studio's folder: each has its own in it.
        return (files, [Path.join(directory, first.name.split(separator: "/").prefix(2).joined(separator: "/"))])
    }

    /// A request that wants no place has its turn.
    mutating func skip() { turns += 1 }

    /// Takes the places, or none of them when one is taken.
    private mutating func claim(_ files: [PlannedFile], for reference: String, _ turn: Int) throws(Failure) {
        var (taken, folders) = (taken, folders)
        for planned in files {
            let claim = Claim(turn: turn, identity: planned.file.identity, reference: reference)
            if let other = taken.updateValue(claim, forKey: planned.target), other.identity != claim.identity {
                throw refusal(of: claim, other, "would both be \(planned.target)")
            }
            if let other = folders[planned.target] {
                throw refusal(of: claim, other, "need \(planned.target), the one as a file, the other as a folder")
            }
            var folder = Path.parent(planned.target)
            while folder.utf8.count > planned.directory.utf8.count, folders.updateValue(claim, forKey: folder) == nil {
                if let other = taken[folder] { throw refusal(of: claim, other, "need \(folder), the one as a folder, the other as a file") }
                folder = Path.parent(folder)
            }
        }
        (self.taken, self.folders) = (taken, folders)
    }

    private mutating func refusal(of claim: Claim, _ other: Claim, _ both: String) -> Failure {
        let whose =
            other.turn == claim.turn && other.reference == claim.reference
            ? "\(claim.reference) (\(other.identity) and \(claim.identity))" : "\(other.reference) and \(claim.reference)"
        let failure = Failure(
            .exists, "two files of this batch \(both): \(whose).", why: "neither of them is fetched.",
            hint: "fetch one of them by itself, with another name (-o NAME) or to another directory (-d DIR).")
        if other.turn != claim.turn { contested[other.turn] = failure }
        return failure
    }

    private func place(_ request: FetchRequest, _ resolution: Resolution, _ kinds: [ModelKind?]) throws(Failure) -> ([PlannedFile], String)
    {
        var files: [PlannedFile] = []
        if let hub = hubPlacing(request, resolution) {
            let directory = try hub.directory(for: request)
            for file in resolution.files { files.append(try hub.place(file, request, in: directory)) }
            return (files, directory)
        }
        if request.layout == .a1111 || request.layout == .comfyui {
            var placing = UIPlacement(layout: request.layout, options: options, resolution: resolution, kinds: kinds)
            let root = placing.root(for: request)
            if request.layout == .comfyui {
                placing.chosen = try ExtraModelPaths.read(root: root, environment: options.environment).defaults
            }
            files = try placing.place(request, in: root) { file, directory, keepsPath throws(Failure) in
                try place(file, request, resolution, in: directory, keepsPath: keepsPath)
            }
            return (files, root)
        }
        if request.layout == .lmStudio || request.layout == .ollama {
            let placing = ProgramPlacement(layout: request.layout, options: options, resolution: resolution)
            let root = try placing.root(for: request)
            return (try placing.place(request, in: root), root)
        }
        let directory = try directory(for: request, resolution)
        for file in resolution.files {
            files.append(try place(file, request, resolution, in: directory, keepsPath: resolution.folderName != nil))
        }
        return (files, directory)
    }

    /// Nil unless the request is to be laid out as `huggingface_hub` does.
    private func hubPlacing(_ request: FetchRequest, _ resolution: Resolution) -> HubPlacement? {
        let layout = request.layout.applied(to: resolution.source)
        guard layout.isHubCache || layout == .hfLocal, let snapshot = resolution.hub else { return nil }
        return HubPlacement(layout: layout, options: options, folderCount: folderCount, snapshot: snapshot)
    }

    private func directory(for request: FetchRequest, _ resolution: Resolution) throws(Failure) -> String {
        let base = Path.absolute(request.directory.map { Path.join(Path.currentDirectory, $0) } ?? options.defaultDirectory)
        let isOwn = request.directory == nil || folderCount > 1 || request.compatibility?.keepsFolderName == true
        guard let folder = resolution.folderName, isOwn, request.out == nil else { return base }
        guard let safe = SafeName.file(folder) else { throw TargetName.unusable(folder) }
        return Path.join(base, safe)
    }

    private func place(
        _ file: SourceFile, _ request: FetchRequest, _ resolution: Resolution, in directory: String, keepsPath: Bool
    ) throws(Failure) -> PlannedFile {
        let target = TargetName(request, keepsPath: keepsPath)
        let place = try target.place(of: file, request, in: directory) { taken[$0] != nil }
        let tag = FileTag(ref: request.reference.shown, path: Path.join(place.directory, place.name))
        var planned = PlannedFile(
            tag: tag, file: file, source: resolution.source, directory: place.directory, name: place.name,
            digest: request.sha256 ?? file.digest, isDigestDemanded: request.sha256 != nil)
        planned.compatibility = request.compatibility
        if let compatibility = request.compatibility {
            planned.isNamedByServer =
                request.out == nil && ToolNaming(compatibility: compatibility, file: file, isTaken: { _ in false }).isServed
        }
        return planned
    }
}
