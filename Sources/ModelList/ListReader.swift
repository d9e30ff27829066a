package import FetchTypes
internal import TOMLText

extension ModelList {
    /// Bytes of a list at most.
    package static let longest = 8 << 20

    /// Reads a list.
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - isOutsideAllowed: whether its paths may be absolute and have `..`.
    /// - Throws: ``Failure`` of kind `config`, naming the line and the key.
    package init(parsing bytes: [UInt8], file: String, isOutsideAllowed: Bool = false) throws(Failure) {
        let document = try Self.document(bytes, limit: Self.longest, file: file)
        var top = ListFields(document, title: "the list", file: file)
        top.ignoreOthers(than: ["settings", "model"])
        warnings = top.warnings
        if let value = document["settings"] {
            guard let table = value.table else {
                throw top.refusal("settings", "it is a table", hint: "write [settings] on a line of its own.")
            }
            var fields = ListFields(table, title: "[settings]", file: file)
            fields.ignoreOthers(than: ["directory", "layout"])
            settings.directory = try fields.path("directory", isOutsideAllowed: isOutsideAllowed) ?? .here
            settings.layout = try fields.text("layout")
            warnings += fields.warnings
        }
        guard let value = document["model"] else { return }
        let hint = "write [[model]] on a line of its own, and its keys below."
        guard let tables = value.array else { throw top.refusal("model", "models are a list of tables", hint: hint) }
        for entry in tables {
            guard let table = entry.table else {
                throw ListFields.refusal(
                    file, line: entry.place.line, what: "this is not a model", why: "models are a list of tables", hint: hint)
            }
            var fields = ListFields(table, title: "[[model]]", file: file)
            models.append(try ListedModel(&fields, isOutsideAllowed: isOutsideAllowed))
            // A thousand models with the same mistake need not be told one by one.
            if warnings.count < 20 { warnings += fields.warnings }
        }
    }

    static func document(_ bytes: [UInt8], limit: Int, file: String) throws(Failure) -> TOMLTable {
        do throws(TOMLError) {
            return try TOMLTable(parsing: bytes, limit: limit)
        } catch {
            throw ListFields.refusal(
                file, line: error.place.line, what: "this is not TOML", why: "column \(error.place.column): \(error.reason)",
                hint: "write it as TOML has it, for example: ref = \"civitai:128078\"")
        }
    }
}

extension ListedModel {
    private static let keys: Set<String> = [
        "ref", "any-of", "name", "dir", "out", "include", "exclude", "file", "format", "fp", "size", "quant", "type", "sidecar", "sha256",
        "mirror", "layout", "optional",
    ]

    init(_ fields: inout ListFields, isOutsideAllowed: Bool) throws(Failure) {
        self.init(line: fields.table.place.line)
        fields.ignoreOthers(than: Self.keys)
        let reference = try fields.text("ref")
        let others = try fields.texts("any-of")
        if let reference { references.append(reference) }
        references += others
        guard reference == nil || fields.table["any-of"] == nil else {
            throw ListFields.refusal(
                fields.file, line: fields.line("any-of"), what: "a model has ref or any-of", why: "this one has both",
                hint: "put all references into any-of, in the order in which they are to be tried.")
        }
        guard !references.isEmpty else {
            throw ListFields.refusal(
                fields.file, line: line, what: "this model has no ref", why: "nothing says what it is",
                hint: "add a line such as: ref = \"hf:org/name\"")
        }
        name = try fields.text("name")
        directory = try fields.path("dir", isOutsideAllowed: isOutsideAllowed)
        out = try fields.path("out", isOutsideAllowed: isOutsideAllowed)
        if out?.text.isEmpty == true { throw fields.refusal("out", "it names a folder, not a file") }
        include = try fields.texts("include")
        exclude = try fields.texts("exclude")
        file = try fields.word("file")
        format = try fields.text("format")?.text
        fp = try fields.text("fp")?.text
        size = try fields.text("size")?.text
        quant = try fields.text("quant")?.text
        type = try fields.text("type")
        sidecar = try fields.texts("sidecar")
        sha256 = try fields.digits("sha256", count: 64)
        mirror = try fields.texts("mirror")
        layout = try fields.text("layout")
        isOptional = try fields.flag("optional") ?? false
    }
}
