internal import FetchTypes
internal import TOMLText

extension ModelLock {
    /// The lock as a file: the same models give the same bytes, in whatever order they came.
    package var text: String {
        var writer = TOMLWriter()
        writer.comment("Written by fetchctl: which files the models of the list beside it came to. Change the list, not this.")
        writer.entry("version", .integer(Self.version))
        for model in models {
            writer.blankLine()
            writer.arrayTable(["model"])
            writer.entry("name", .string(model.name))
            writer.entry("ref", .string(model.reference))
            writer.entry("pinned", .string(model.pinned))
            if let options = model.options { writer.entry("options", .string(options)) }
            for file in model.files {
                writer.blankLine()
                writer.arrayTable(["model", "file"])
                writer.entry("path", .string(file.path.text))
                if let size = file.size { writer.entry("size", .integer(size.bytes)) }
                for (key, value) in [
                    ("sha256", file.sha256), ("git-sha1", file.gitSHA1), ("blake3", file.blake3), ("licence", file.licence),
                ] {
                    if let value { writer.entry(key, .string(value)) }
                }
                if !file.mirrors.isEmpty { writer.texts("mirror", file.mirrors) }
            }
        }
        return writer.text
    }
}

extension TOMLWriter {
    /// A list of texts on one line.
    mutating func texts(_ key: String, _ texts: [String]) {
        let place = TOMLPlace(line: 1, column: 1)
        entry(key, .array(texts.map { TOMLValue(.string($0), at: place) }))
    }
}
