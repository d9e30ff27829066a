import FetchTypes
import Testing

@Suite("A signing query") struct QueryStripperTests {
    private static let value = "SECRET0deadbeef0123456789"

    /// Words of servers that quote the link that was asked for.
    static let leaks: [String] = [
        "no access to /f.bin?X-Amz-Signature=\(value)", "GET https://h/f.bin?Signature=\(value)&Key-Pair-Id=K\(value) failed.",
        "?X-Amz-Algorithm=AWS4&X-Amz-Signature=\(value)", "(f.bin?sig=\(value)).", "f.bin?a=1&token=\(value), please",
        "f.bin&Signature=\(value)", "Signature=\(value)", "Policy=\(value)~_-__&Key-Pair-Id=K1", "token=\(value)", "sig=\(value);x",
        "Expires=17000&Signature=\(value)", "X-Goog-Signature=\(value)", "--token=\(value)", "access_token: \(value)",
        "\"signature\": \"\(value)\"", "'sig': '\(value)'",
        "<Signature>\(value)</Signature>", "<SignatureProvided>\(value)</SignatureProvided>",
        "/f.bin?a=1&amp;X-Amz-Signature=\(value)&amp;b=2", "/f.bin?a=1\\u0026Signature=\(value)",
        "%2Ff.bin%3FSignature%3D\(value)%26x%3D1",
        "next=%2Ff.bin%3fX-Amz-Signature%3d\(value)", "/f.bin?X-Amz-Date=1&\nX-Amz-Signature=\(value)", "/f.bin?Signature=\n\(value)",
        "/f.bin?Signature=ab\n\(value)", "/f.bin?X-Amz-Sig\nnature=\(value)", "X-Amz-Date=1\r\n\r\n\(value)\n\(value)",
        "/f?Signature=a\t\(value)",
        "https://bob:\(value)@h/f.bin", "https://h/cb#access_token=\(value)", "Authorization: Bearer \(value)",
        "bearer \(value)", "bearer =\(value)", "a=b=token=\(value)", "a b token \"\(value)\"",
        "u=https://h/?next=https%3A%2F%2Fh%2F%3Fsig%3D\(value)", "/a?sig=x\u{2028}&Signature=\(value)", "f.bin?X-AMZ-SIGNATURE=\(value)",
        "/f.bin?q-sign-algorithm=sha1&q-signature=\(value)", "/f.bin?Ex%70ires=1&s=\(value)",
        "{\"url\":\"/f.bin?a=b&sig=\(value)\",\"x\":1}",
        "/f.bin?response-content-disposition=inline;'a'&X-Amz-Signature=\(value)", "AWSAccessKeyId=\(value)",
        "/f.bin?hdnts=exp=1~hmac=\(value)",
        "C:\\f?sig=\(value)", "`/f?sig=\(value)`", "[/f?sig=\(value)]", "é?sig=\(value)", "?sig=\(value)", "#sig=\(value)",
        "hf:token:\(value)", "civitai:x/secret:\(value)", "hf:org/name?token=\(value)",
    ]

    @Test("in running text is removed in every form, and so from all output", arguments: leaks)
    func leak(text: String) {
        let failure = Failure(.server, text, why: text, hint: text)
        for shown in [
            text.withoutSigningQueries, text.withoutQueries, ForeignText(text).description, PrintableText(text).text, failure.description,
            text.withoutControlCharacters.withoutSigningQueries,
        ] {
            #expect(!shown.contains("SECRET") && !shown.contains("beef"), "\(shown)")
        }
    }

    static let kept: [String] = [
        "is it there? yes & no.", "the answer was 404 (code=404).", "https://civitai.com/models/101055?modelVersionId=128078",
        "Bearer authentication is required", "token: expired", "the token from /home/me/.cache/huggingface/token1 was refused.",
        "a resourcekey= in it counts", "sha256 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae verified",
        "hf:org/name@main/model.safetensors", "hf:org/name", "civitai:101055", "github:a/b/c.bin", "R&D, Q&A", "100% of 3 = all", "what?",
        "signature mismatch", "", "?", "=", "&", "&=", "?=",
        "https://h/a@b/c", "モデル?",
    ]

    @Test("is the only text that is removed", arguments: kept)
    func ordinary(text: String) {
        #expect(text.withoutSigningQueries == text)
    }

    static let servers: [(said: String, shown: String)] = [
        ("no f.bin?part=7 here", "no f.bin here"), ("see https://h/a?b=c#d=e.", "see https://h/a."), ("why? because", "why? because"),
        ("token=abc is invalid", "token=… is invalid"), ("(/f?sig=1) was refused", "(/f) was refused"), ("/f?sig=1, then", "/f, then"),
    ]

    @Test("of any kind is removed from a server's message, whose other text stays", arguments: servers)
    func server(said: String, shown: String) {
        #expect(said.withoutQueries == shown)
    }

    @Test("takes time in proportion to the text")
    func long() {
        for piece in ["?a=", "&", "%3f", "Signature=", "://@", "token: ", "x ", "=\n"] {
            let text = String(repeating: piece, count: 2_000)
            let began = ContinuousClock.now
            _ = text.withoutQueries
            _ = text.withoutSigningQueries
            #expect(ContinuousClock.now - began < .seconds(10))
        }
    }
}
