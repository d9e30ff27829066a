import FetchTypes
import ModelReference
import Testing

@Suite("Plain links") struct DirectTests {
    /// Typed, asked for, shown.
    static let links: [(String, String, String)] = [
        ("https://example.com/a.bin", "https://example.com/a.bin", "https://example.com/a.bin"),
        ("HTTPS://Example.com/a.bin#part", "https://example.com/a.bin", "https://example.com/a.bin"),
        ("http://[::1]:8080/a.bin", "http://[::1]:8080/a.bin", "http://[::1]:8080/a.bin"),
        ("https://example.com/a b.bin", "https://example.com/a%20b.bin", "https://example.com/a%20b.bin"),
        ("https://example.com/get.php?id=7&name=x", "https://example.com/get.php?id=7&name=x", "https://example.com/get.php?id=7&name=x"),
        ("https://user:s3cret@example.com/a.bin", "https://example.com/a.bin", "https://example.com/a.bin"),
        ("https://example.com/get?id=7&token=s3cret", "https://example.com/get?id=7&token=s3cret", "https://example.com/get?id=7"),
        ("https://example.com/get?access_token=s3cret", "https://example.com/get?access_token=s3cret", "https://example.com/get"),
        (
            "https://www.dropbox.com/s/abc/a.zip?dl=0", "https://www.dropbox.com/s/abc/a.zip?dl=1",
            "https://www.dropbox.com/s/abc/a.zip?dl=0"
        ),
        ("https://www.dropbox.com/s/abc/a.zip", "https://www.dropbox.com/s/abc/a.zip?dl=1", "https://www.dropbox.com/s/abc/a.zip"),
        (
            "https://dropbox.com/scl/fi/abc/a.zip?rlkey=k&st=s&dl=0", "https://dropbox.com/scl/fi/abc/a.zip?rlkey=k&st=s&dl=1",
            "https://dropbox.com/scl/fi/abc/a.zip?rlkey=k&st=s&dl=0"
        ),
        (
            "https://www.dropbox.com/s/abc/a.zip?raw=1", "https://www.dropbox.com/s/abc/a.zip?raw=1",
            "https://www.dropbox.com/s/abc/a.zip?raw=1"
        ),
        ("https://pixeldrain.com/u/AbC1", "https://pixeldrain.com/api/file/AbC1?download", "https://pixeldrain.com/u/AbC1"),
        ("https://pixeldrain.com/api/file/AbC1", "https://pixeldrain.com/api/file/AbC1", "https://pixeldrain.com/api/file/AbC1"),
        (
            "https://www.mediafire.com/file/abc/a.zip/file", "https://www.mediafire.com/file/abc/a.zip/file",
            "https://www.mediafire.com/file/abc/a.zip/file"
        ),
        (
            "https://zenodo.org/records/5/files/a.bin?download=1", "https://zenodo.org/records/5/files/a.bin?download=1",
            "https://zenodo.org/records/5/files/a.bin?download=1"
        ),
        ("https://civitai.com:8443/models/5", "https://civitai.com:8443/models/5", "https://civitai.com:8443/models/5"),
        ("https://image.civitai.com/x/a.jpeg", "https://image.civitai.com/x/a.jpeg", "https://image.civitai.com/x/a.jpeg"),
        (
            "https://huggingface.co.example.com/org/name", "https://huggingface.co.example.com/org/name",
            "https://huggingface.co.example.com/org/name"
        ),
    ]

    @Test("A link is asked for as it is, or as the file behind its page", arguments: links)
    func forms(typed: String, asked: String, shown: String) throws {
        let parsed = try parse(typed)
        guard case .direct(let url) = parsed.reference else {
            Issue.record("not a plain link: \(parsed.reference)")
            return
        }
        #expect(url.string == asked)
        #expect(parsed.shown == shown)
    }

    static let signed = [
        "https://civitai-delivery-worker-prod.5ac0637cfd0766c97916cefa3764fbdf.r2.cloudflarestorage.com/model/1/a.safetensors?X-Amz-Expires=86400"
            + "&response-content-disposition=attachment&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=s3cret&X-Amz-Signature=s3cret",
        "https://b2.civitai.com/file/civitai-modelfiles/model/1/a.safetensors?Authorization=3_s3cret&b2ContentDisposition=attachment",
        "https://s3.us-west-004.backblazeb2.com/bucket/a.bin?X-Amz-Signature=s3cret",
        "https://us.aws.cdn.hf.co/xet-bridge-us/0/1?user_id=s3cret&Expires=1&Policy=s3cret&Signature=s3cret&Key-Pair-Id=s3cret",
        "https://cdn-lfs.hf.co/repos/a/b?Expires=1&Policy=s3cret",
        "https://acc.blob.core.windows.net/c/a.bin?sv=1&se=s3cret&sig=s3cret",
        "https://storage.googleapis.com/b/a.bin?X-Goog-Signature=s3cret",
        "https://example.com/a.bin?SIGNATURE=s3cret",
        "https://example.com/a.bin?go=https%3A%2F%2Fx%2F%3Ftoken%3Ds3cret",
        "https://example.com/a.bin?%53ig=s3cret",
    ]

    @Test("A signed link is asked for byte for byte, and shown without its query", arguments: signed)
    func signedLinks(_ text: String) throws {
        let parsed = try parse(text)
        guard case .direct(let url) = parsed.reference else {
            Issue.record("not a plain link: \(parsed.reference)")
            return
        }
        #expect(url.string == text)
        #expect(parsed.shown == String(text.prefix { $0 != "?" }))
        var dumped = ""
        dump(parsed, to: &dumped)
        #expect(!"\(parsed) \(dumped)".contains("s3cret"))
    }

    @Test(
        "A service that is known but not supported is 69, not 64",
        arguments: [
            ("https://mega.nz/file/abc#s3cret", "MEGA links are not supported."),
            ("https://www.mega.co.nz/#!abc!s3cret", "MEGA links are not supported."),
            ("https://1drv.ms/u/s!abc", "OneDrive links are not supported."),
            ("https://onedrive.live.com/?id=abc", "OneDrive links are not supported."),
            ("https://corp-my.sharepoint.com/:u:/g/abc", "OneDrive links are not supported."),
            ("https://pixeldrain.com/l/abc", "a pixeldrain list is not supported."),
        ])
    func unsupported(text: String, message: String) throws {
        let failure = try refusal(text)
        #expect(failure.kind == .usage)
        #expect(failure.code == .unavailable)
        #expect(failure.message == message)
        #expect(failure.hint != nil)
        #expect(!failure.description.contains("s3cret"))
    }
}
