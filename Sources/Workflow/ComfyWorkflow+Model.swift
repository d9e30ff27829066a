import JSONText

/// Why an entry is no model: a sentence.
struct WrongEntryReason: Error { var text: String }

extension ComfyWorkflow.Model {
    /// - Throws: why it is no model, in a sentence.
    init(_ model: JSONTree) throws(WrongEntryReason) {
        guard case .object = model else { throw WrongEntryReason(text: "it is no object with a name and a url.") }
        func text(_ name: String) throws(WrongEntryReason) -> String? {
            guard let value = model[name], !value.isNull else { return nil }
            guard let text = value.text else { throw WrongEntryReason(text: "its \(name) is no text.") }
            return text.isEmpty ? nil : text
        }
        guard let name = try text("name") else { throw WrongEntryReason(text: "it has no name.") }
        self.init(
            name: name, url: try text("url"), directory: try text("directory"), hash: try text("hash"), hashType: try text("hash_type"))
    }

    /// Why another entry of the same folder and name is another file; nil where nothing says so.
    func contradiction(to other: Self) -> String? {
        if let hash, let theirs = other.hash, kindOfHash == other.kindOfHash {
            return hash.lowercased() == theirs.lowercased() ? nil : "another entry of that name has another hash."
        }
        guard let url, let theirs = other.url, Self.bare(url) != Self.bare(theirs) else { return nil }
        return "another entry of that name has another link."
    }

    /// `sha256`, where no type is given too.
    private var kindOfHash: String { (hashType ?? "sha256").lowercased().filter { $0 != "-" } }

    /// The link in one form: `blob` and `resolve`, with and without `download=true`, lead to the same file of the Hub.
    private static func bare(_ url: String) -> String {
        String(url.prefix { $0 != "#" }).replacing("?download=true", with: "").replacing("/blob/", with: "/resolve/")
    }
}
