import FetchTypes

/// Google Drive: `gdrive:ID`, and links to a file or folder.
enum DriveForms {
    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> DriveReference {
        guard isID(tail) else {
            let why = tail.isEmpty ? "nothing follows it" : "\(tail.quoted) is not a file id (letters, digits, \"-\" and \"_\")"
            throw typed.refused(
                "\"gdrive:\" was understood, but \(why).",
                hint: "write gdrive:ID with the part behind /d/ of the file's link, or paste that link.")
        }
        return DriveReference(id: String(tail))
    }

    /// - Returns: nil when the link is none to a file or folder.
    static func parse(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> ModelReference? {
        let key = place.value("resourcekey").flatMap { $0.isEmpty ? nil : $0 }
        var parts = place.parts[...]
        // A signed-in browser puts the account in front: /u/0/, /a/example.com/.
        if parts.count > 2, ["u", "a"].contains(parts[0]) { parts = parts.dropFirst(2) }
        let names = parts.filter { $0 != "mobile" }
        let folder = names.firstIndex(of: "folders").flatMap { $0 + 1 < names.count ? names[$0 + 1] : nil }
        if names.first == "drive" {
            guard let folder else { return nil }
            return .googleDrive(DriveReference(id: try id(folder, typed), isFolder: true, resourceKey: key))
        }
        if let kind = names.first, let format = exports[String(kind)], let d = names.firstIndex(of: "d"), d + 1 < names.count {
            // A link to an export may say the format.
            let asked = place.value("format").flatMap { $0.isMade(of: "") && $0.utf8.count <= 8 ? $0.lowercased() : nil }
            let document = DriveReference.Document(kind: String(kind), format: asked ?? format)
            return .googleDrive(DriveReference(id: try id(names[d + 1], typed), resourceKey: key, document: document))
        }
        if names.first == "file", let d = names.firstIndex(of: "d"), d + 1 < names.count {
            return .googleDrive(DriveReference(id: try id(names[d + 1], typed), resourceKey: key))
        }
        guard names.count == 1, let value = place.value("id") else { return nil }
        switch names[0] {
        case "uc", "open", "download", "file":
            return .googleDrive(DriveReference(id: try id(value, typed), resourceKey: key))
        case "embeddedfolderview", "folderview":
            return .googleDrive(DriveReference(id: try id(value, typed), isFolder: true, resourceKey: key))
        default:
            return nil
        }
    }

    static func refusal(_ typed: TypedText) -> Failure {
        typed.refused(
            "the link leads to Google Drive, but to no file or folder.",
            hint: "paste the link that Share shows, such as https://drive.google.com/file/d/ID/view, or write gdrive:ID.")
    }

    private static let exports = ["document": "docx", "spreadsheets": "xlsx", "presentation": "pptx"]

    private static func id(_ text: some StringProtocol, _ typed: TypedText) throws(Failure) -> String {
        guard isID(text) else {
            throw typed.refused(
                "a Google Drive link was understood, but \(text.quoted) is not a file id (letters, digits, \"-\" and \"_\").",
                hint: "copy the link again, or write gdrive:ID.")
        }
        return String(text)
    }

    private static func isID(_ text: some StringProtocol) -> Bool { text.isMade(of: "-_") && text.utf8.count <= 256 }
}
