internal import FetchTypes
internal import ModelReference

/// Resolves references to Google Drive: a file by the way to its bytes, which alone knows its name, or all files of a folder.
struct DriveSource {
    private let session: DriveSession

    init(endpoint: WebURL?, context: SourceContext) {
        session = DriveSession(context: context, endpoint: endpoint)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve(_ reference: DriveReference) async throws -> Resolution {
        let subject = DriveSubject(id: reference.id, resourceKey: reference.resourceKey, isFolder: reference.isFolder)
        return reference.isFolder ? try await folder(subject) : try await file(subject, reference.document)
    }

    private func file(_ subject: DriveSubject, _ document: DriveReference.Document?) async throws -> Resolution {
        let locator = DriveLocator(session: session, subject: subject, document: document)
        let answer = try await locator.open()
        let name = answer.name ?? subject.id + (document.map { ".\($0.format)" } ?? "")
        let file = file(
            subject, document, path: name, answer: answer,
            locator: FoundLocator(answer.link, host: locator.host, now: session.context.now) { try await locator.locate() })
        return Resolution(source: .gdrive, title: name, files: [file])
    }

    private func folder(_ subject: DriveSubject) async throws -> Resolution {
        let (name, entries) = try await DriveFolder(session: session).list(subject)
        guard !entries.isEmpty || session.context.selection.allowsNothing else {
            throw Failure(
                .notFound, "Google Drive's \(subject.name) holds no files that can be fetched.",
                why: "it is empty, or not shared with everybody.", hint: "look at it in a browser: \(subject.page)", page: subject.page)
        }
        let title = name ?? subject.id
        let wanted = try PathSelection(session.context.selection).choose(entries, of: "the folder \"\(title)\"", page: subject.page, \.path)
        let files = wanted.map { entry in
            file(
                entry.subject, entry.document, path: entry.path,
                locator: DriveLocator(session: session, subject: entry.subject, document: entry.document))
        }
        return Resolution(source: .gdrive, title: title, folderName: title.replacing("/", with: "_"), files: files)
    }

    private func file(
        _ subject: DriveSubject, _ document: DriveReference.Document?, path: String, answer: DriveSession.Answer? = nil,
        locator: any ByteLocator
    ) -> SourceFile {
        // The number alone leads to a document's usual export.
        let other = document.flatMap { DriveSession.exports[$0.kind] == $0.format ? nil : $0 }
        var metadata = FileMetadata()
        metadata.pageURL = subject.page
        // More connections use up the file's quota sooner.
        return SourceFile(
            identity: "gdrive:\(subject.id)" + (other.map { ".\($0.format)" } ?? ""),
            pinned: other.map { "https://docs.google.com/\($0.kind)/d/\(subject.id)/export?format=\($0.format)" } ?? subject.pinned,
            path: path, size: answer?.link.length, etag: answer?.link.etag,
            metadata: metadata, connections: 1, locator: locator)
    }
}

/// Follows the pages to a file's bytes again: the final link is valid for about an hour.
struct DriveLocator: ByteLocator {
    let session: DriveSession
    let subject: DriveSubject
    /// Set for Google's own documents.
    let document: DriveReference.Document?
    var host: String { session.endpoint?.host ?? "drive.google.com" }

    func locate() async throws -> ByteLink { try await open().link }

    func open() async throws -> DriveSession.Answer {
        let start =
            if let document { try session.export(subject.id, document, subject.resourceKey) } else {
                try session.start(subject.id, subject.resourceKey)
            }
        return try await session.open(start, subject)
    }
}
