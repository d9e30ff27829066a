/// What the stand-in Google Drive holds. Ids are as long as real ones: readers of folder pages tell them by that.
enum DriveShelf {
    /// How a file is kept from being simply handed out.
    enum Gate: Sendable {
        case none
        /// Too large for Google's scan: the page with the form comes first.
        case warning
        /// The same, as pages had it before the form: a link.
        case oldWarning
        /// Shown to signed-in people only.
        case signIn
        /// The same, as a page of its own.
        case denied
        case quota
        /// Only with the right `resourcekey`.
        case key(String)
        /// One of Google's own documents.
        case document
    }

    struct Item: Sendable {
        var id: String
        var name: String
        var content: PracticeFile
        var gate = Gate.none
    }

    struct Folder: Sendable {
        var id: String
        var name: String
        var files: [String]
        var folders: [String] = []
    }

    static let items: [Item] = [
        Item(id: id("Small"), name: "practice small.bin", content: PracticeFile(kind: .bytes, size: 300 << 10, seed: 401)),
        Item(
            id: id("Large"), name: "Übung groß.safetensors", content: PracticeFile(kind: .safetensors, size: 3 << 20, seed: 402),
            gate: .warning),
        Item(id: id("Old"), name: "old.gguf", content: PracticeFile(kind: .gguf, size: 1 << 20, seed: 403), gate: .oldWarning),
        Item(id: id("SignIn"), name: "private.bin", content: PracticeFile(text: "private"), gate: .signIn),
        Item(id: id("Denied"), name: "denied.bin", content: PracticeFile(text: "denied"), gate: .denied),
        Item(id: id("Quota"), name: "popular.bin", content: PracticeFile(text: "popular"), gate: .quota),
        Item(id: id("Keyed"), name: "keyed.bin", content: PracticeFile(kind: .bytes, size: 20 << 10, seed: 404), gate: .key("0-practice")),
        Item(id: id("Evil"), name: "../../evil.bin", content: PracticeFile(kind: .bytes, size: 10 << 10, seed: 405)),
        Item(id: id("TwinA"), name: "twin.bin", content: PracticeFile(kind: .bytes, size: 10 << 10, seed: 406)),
        Item(id: id("TwinB"), name: "twin.bin", content: PracticeFile(kind: .bytes, size: 11 << 10, seed: 407)),
        Item(id: id("Document"), name: "notes", content: PracticeFile(text: "PK practice document"), gate: .document),
    ]

    static let folders: [Folder] = [
        Folder(id: id("Folder"), name: "Practice Folder", files: ["Small", "TwinA", "TwinB", "Document"].map(id), folders: [id("Inner")]),
        Folder(id: id("Inner"), name: "inner", files: ["Large"].map(id)),
        Folder(id: id("Empty"), name: "empty", files: []),
    ]

    /// 33 characters.
    static func id(_ name: String) -> String { "1Practice" + name + String(repeating: "0", count: 24 - name.count) }

    static func item(_ id: String) -> Item? { items.first { $0.id == id } }
}
