import DropIns
import FetchTypes
import Testing

@Suite("gdown's line")
struct GdownLineTests {
    /// What a line comes to, in the order: reference, folder, name, rule for what is there.
    private func plan(_ line: String) -> DropInPlan { GdownLine.plan(line.split(separator: " ").map(String.init)) }

    private func only(_ line: String) throws -> (job: DropInJob, download: DropInDownload) {
        guard case .fetch(let job) = plan(line) else {
            Issue.record("no download: \(plan(line))")
            throw CancellationError()
        }
        return (job, try #require(job.downloads.first))
    }

    private static let id = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"

    @Test(
        "a file by its id or link, under a name, in a folder",
        arguments: [
            ("ID", "gdrive:ID", nil, nil), ("--id ID -O m.bin", "gdrive:ID", nil, "m.bin"), ("ID --id -Om.bin", "gdrive:ID", nil, "m.bin"),
            ("-O models/ ID", "gdrive:ID", "models/", nil),
            (
                "--fuzzy -O m.bin https://drive.google.com/file/d/ID/view?usp=sharing",
                "https://drive.google.com/file/d/ID/view?usp=sharing", nil, "m.bin"
            ),
            ("https://drive.google.com/uc?id=ID --output=a/b.bin", "https://drive.google.com/uc?id=ID", nil, "a/b.bin"),
        ])
    func files(line: String, reference: String, folder: String?, name: String?) throws {
        let download = try only(line.replacing("ID", with: Self.id)).download
        #expect(download.reference == reference.replacing("ID", with: Self.id))
        #expect(download.directory == folder)
        #expect(download.name == (name.map { .fixed($0) } ?? .byRule(.published)))
        #expect(download.makesFolder == (name == nil))
        #expect(download.nameInFolder == (name == nil ? nil : .published))
        #expect(!download.isFolder)
        #expect(download.existing == .overwrite)
    }

    @Test(
        "a folder, as itself or under its own name",
        arguments: [
            ("--folder ID", nil, true), ("--folder ID -O d/", "d/", true), ("ID --folder -O d", "d", false),
            ("https://drive.google.com/drive/folders/ID?usp=sharing", nil, true),
            ("--folder https://drive.google.com/drive/folders/ID/?resourcekey=0-x -O d --remaining-ok", "d", false),
            ("--folder https://drive.google.com/x/ID -O d", "d", false),
        ] as [(String, String?, Bool)])
    func folders(line: String, folder: String?, keepsName: Bool) throws {
        let download = try only(line.replacing("ID", with: Self.id)).download
        #expect(download.reference.hasPrefix("https://drive.google.com/drive/folders/\(Self.id)"))
        #expect(download.reference.contains("resourcekey") == line.contains("resourcekey"))
        #expect(!download.followsLinks)
        #expect(download.isFolder)
        #expect(download.directory == folder)
        #expect(download.keepsFolderName == keepsName)
    }

    @Test(
        "another host's link is named by what follows its last slash",
        arguments: [
            ("https://example.com/a/m.safetensors", "m.safetensors"),
            ("https://example.com/m.bin?download=true", "m.bin?download=true"), ("https://civitai.com/api/download/models/12345", "12345"),
            ("https://example.com/x?path=a/b.bin", "b.bin"), ("https://civitai.com/models/1?modelVersionId=2", "other"),
            ("https://example.com/", "_"), ("https://example.com/a%20b", "a%20b"),
        ])
    func otherHosts(link: String, name: String) throws {
        let download = try only(link).download
        #expect(download.reference == link)
        guard case .byRule(let rule) = download.name else { throw CancellationError() }
        #expect(rule.name(ServedName(path: "other", given: "given", url: nil)) == name)
    }

    @Test("what else is said of it")
    func rest() throws {
        let job = try only("ID -qc --speed 10MB --retries 3 --timeout 20 --no-check-certificate --proxy http://u:p@localhost:1").job
        #expect(job.quietness == .errors)
        #expect(job.downloads[0].existing == .skip)
        #expect(job.limitRate?.bytes == 10 << 20)
        #expect(job.retries == 3)
        #expect(job.timeout == 20)
        #expect(job.acceptsAnyCertificate)
        #expect(job.proxy?.reveal() == "http://u:p@localhost:1")
        #expect(try only("ID --speed 5KB").job.limitRate?.bytes == 5 << 10)
    }

    @Test(
        "goes to gdown itself",
        arguments: [
            "-V", "--help", "ID --json", "ID -O -", "ID --cookies c.txt", "ID --cookies-from-browser chrome", "ID --format pdf", "ID --new",
        ])
    func handedOver(line: String) {
        guard case .handOver = plan(line) else {
            Issue.record("\(plan(line))")
            return
        }
    }

    @Test(
        "is refused as gdown refuses it",
        arguments: [
            ("", 2), ("ID ID", 2), ("ID -O", 2), ("ID --speed 10", 2), ("ID --speed fast", 2), ("ID --retries x", 2),
            ("ID --retries=-1", 1),
            ("ID --timeout 0", 2), ("ID --output=", 1),
        ] as [(String, Int32)])
    func refused(line: String, code: Int32) {
        guard case .refuse(let words, code) = plan(line) else {
            Issue.record("\(plan(line))")
            return
        }
        #expect(!words.isEmpty)
    }

    @Test("ends with 1 for whatever failed, and as a signal asks")
    func codes() {
        #expect(GdownLine.exitCode([nil]) == 0)
        #expect(GdownLine.exitCode([Failure(.notFound, "no such file")]) == 1)
        #expect(GdownLine.exitCode([nil, Failure(.interrupted, "stopped")]) == 130)
    }
}
