import FetchTypes
import Testing

@Suite("Digests, escapes and endpoints") struct ValueTests {
    static let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    static let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

    @Test("A digest has its algorithm's number of hexadecimal digits, kept in lower case")
    func digests() throws {
        let digest = try #require(PublishedDigest(.sha256, hex: Self.sha256.uppercased()))
        #expect(digest.hex == Self.sha256)
        #expect(digest.description == "sha256:\(Self.sha256)")
        #expect(try #require(PublishedDigest(.gitSHA1, hex: Self.sha1)).description == "git-sha1:\(Self.sha1)")
        #expect(digest == PublishedDigest(.sha256, hex: Self.sha256))
    }

    static let noDigest: [(PublishedDigest.Algorithm, String)] = [
        (.sha256, ""), (.sha256, sha1), (.gitSHA1, sha256), (.sha256, "\(sha256.dropLast())"), (.sha256, "\(sha256)0"),
        (.sha256, "\(sha256.dropLast())g"), (.sha256, "\(sha256.dropLast(3))\u{FF11}"), (.gitSHA1, "\(sha1.dropLast()) "),
    ]

    @Test("Any other text is no digest", arguments: noDigest)
    func noDigests(algorithm: PublishedDigest.Algorithm, hex: String) {
        #expect(PublishedDigest(algorithm, hex: hex) == nil)
    }

    @Test(
        "Percent-encoding keeps what is unreserved and what it is told to",
        arguments: [
            ("aZ09-._~", "", "aZ09-._~"), ("a b/c", "", "a%20b%2Fc"), ("a b/c", "/", "a%20b/c"), ("é%", "", "%C3%A9%25"),
            ("\n\u{0}", "", "%0A%00"), ("", "", ""),
        ])
    func encoding(text: String, keeping: String, expected: String) {
        #expect(text.percentEncoded(keeping: keeping) == expected)
        #expect(text.percentEncoded(keeping: keeping).percentDecoded == text)
    }

    @Test(
        "Percent-decoding refuses what is no escape or no UTF-8",
        arguments: [
            ("a%20b", "a b"), ("%c3%A9", "é"), ("a+b", "a+b"), ("%", nil), ("%2", nil), ("%zz", nil), ("%+1", nil), ("%FF", nil),
            ("%C3", nil),
        ] as [(String, String?)])
    func decoding(text: String, expected: String?) {
        #expect(text.percentDecoded == expected)
    }

    @Test("Endpoints are the services' own unless the environment says otherwise")
    func endpoints() throws {
        let plain = try ServiceEndpoints(environment: ["HF_ENDPOINT": ""])
        #expect(plain.huggingFace.string == "https://huggingface.co/")
        #expect(plain.civitai == nil && plain.googleDrive == nil && plain.gitHub == nil)
        let other = try ServiceEndpoints(environment: [
            "HF_ENDPOINT": "https://mirror.example.com/hub//", "FETCHCTL_CIVITAI_ENDPOINT": "http://127.0.0.1:1/",
            "FETCHCTL_GDRIVE_ENDPOINT": "http://127.0.0.1:2", "FETCHCTL_GITHUB_ENDPOINT": "http://[::1]:3",
        ])
        #expect(other.huggingFace.string == "https://mirror.example.com/hub")
        #expect(other.civitai?.origin.description == "http://127.0.0.1:1")
        #expect(other.googleDrive?.port == 2)
        #expect(other.gitHub?.host == "::1")
    }

    @Test(
        "An endpoint that is no URL names its variable and not its value",
        arguments: [
            "HF_ENDPOINT", "FETCHCTL_CIVITAI_ENDPOINT", "FETCHCTL_GDRIVE_ENDPOINT", "FETCHCTL_GITHUB_ENDPOINT",
        ])
    func badEndpoints(_ name: String) throws {
        let failure = try #require(throws: Failure.self) { try ServiceEndpoints(environment: [name: "ftp://s3cret"]) }
        #expect(failure.kind == .config && failure.code == .configuration)
        #expect(failure.message == "the environment variable \(name) is not a usable endpoint.")
        #expect(!failure.description.contains("s3cret"))
    }
}
