package import FetchTypes
internal import TOMLText

extension ModelLock {
    /// Bytes of a lock at most: a repo may have tens of thousands of files.
    package static let longest = 64 << 20

    /// Reads a lock.
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - isOutsideAllowed: whether its paths may be absolute and have `..`.
    /// - Throws: ``Failure`` of kind `config`, naming the line and the key.
    package init(parsing bytes: [UInt8], file: String, isOutsideAllowed: Bool = false) throws(Failure) {
        let document = try ModelList.document(bytes, limit: Self.longest, file: file)
        let remedy = "restore it from version control, or remove it and run: fetchctl lock"
        var top = ListFields(document, title: "the lock", file: file, remedy: remedy)
        guard let version = document["version"]?.integer, version >= 1 else {
            throw ListFields.refusal(file, line: top.line("version"), what: "this is not a lock", why: "it has no version", hint: remedy)
        }
        guard version <= Self.version else {
            throw ListFields.refusal(
                file, line: top.line("version"), what: "this lock has the version \(version)",
                why: "this fetchctl reads version \(Self.version)",
                hint: "update this program, or remove the lock and run: fetchctl lock")
        }
        top.ignoreOthers(than: ["version", "model"])
        var warnings = top.warnings
        var models: [LockedModel] = []
        var names: Set<[UInt8]> = []
        if let value = document["model"] {
            guard let tables = value.array else { throw top.refusal("model", "models are a list of tables", hint: remedy) }
            for entry in tables {
                guard let table = entry.table else {
                    throw ListFields.refusal(
                        file, line: entry.place.line, what: "this is not a model", why: "models are a list of tables", hint: remedy)
                }
                var fields = ListFields(table, title: "[[model]]", file: file, remedy: remedy)
                let model = try LockedModel(&fields, isOutsideAllowed, &warnings)
                guard names.insert(Array(model.name.utf8)).inserted else {
                    throw fields.refusal("name", "another model of the lock has it too", hint: remedy)
                }
                models.append(model)
            }
        }
        self.init(models)
        self.warnings = Array(warnings.prefix(20))
    }
}

extension LockedModel {
    fileprivate init(_ fields: inout ListFields, _ isOutsideAllowed: Bool, _ warnings: inout [String]) throws(Failure) {
        fields.ignoreOthers(than: ["name", "ref", "pinned", "options", "file"])
        guard let name = try fields.text("name")?.text else { throw fields.missing("name") }
        guard let reference = try fields.text("ref")?.text else { throw fields.missing("ref") }
        guard let pinned = try fields.text("pinned")?.text else { throw fields.missing("pinned") }
        let options = try fields.text("options")?.text
        var files: [LockedFile] = []
        var paths: Set<ListPath> = []
        if let value = fields.table["file"] {
            guard let tables = value.array else { throw fields.refusal("file", "files are a list of tables") }
            for entry in tables {
                guard let table = entry.table else { throw fields.refusal("file", "files are a list of tables") }
                var own = ListFields(table, title: "[[model.file]]", file: fields.file, remedy: fields.remedy)
                let file = try LockedFile(&own, isOutsideAllowed)
                guard paths.insert(file.path).inserted else { throw own.refusal("path", "another file of the model has it too") }
                files.append(file)
                warnings += own.warnings
            }
        }
        warnings += fields.warnings
        self.init(name: name, reference: reference, pinned: pinned, options: options, files: files)
    }
}

extension LockedFile {
    fileprivate init(_ fields: inout ListFields, _ isOutsideAllowed: Bool) throws(Failure) {
        fields.ignoreOthers(than: ["path", "size", "sha256", "git-sha1", "blake3", "licence", "mirror"])
        guard let path = try fields.path("path", isOutsideAllowed: isOutsideAllowed) else { throw fields.missing("path") }
        guard !path.text.isEmpty else { throw fields.refusal("path", "it names a folder, not a file") }
        let size = try fields.byteCount("size")
        let sha256 = try fields.digits("sha256", count: 64)
        let gitSHA1 = try fields.digits("git-sha1", count: 40)
        let blake3 = try fields.digits("blake3", count: 64)
        let licence = try fields.text("licence")?.text
        let mirrors = try fields.texts("mirror").map(\.text)
        self.init(path: path, size: size, sha256: sha256, gitSHA1: gitSHA1)
        self.blake3 = blake3
        self.licence = licence
        self.mirrors = mirrors
    }
}

extension ListFields {
    fileprivate func missing(_ key: String) -> Failure {
        Self.refusal(
            file, line: table.place.line, what: "\(title) has no \(key)", why: "the lock is damaged",
            hint: "restore it, or run: fetchctl lock")
    }
}
