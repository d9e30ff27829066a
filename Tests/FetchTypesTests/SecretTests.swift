import FetchTypes
import Testing

@Suite("Secrets") struct SecretTests {
    private struct Holder {
        var name = "holder"
        var secret = Secret("s3cret")
    }

    @Test("A secret is never printed, reflected or dumped, at any depth")
    func neverPrinted() {
        let secret = Secret("s3cret")
        let request = HTTPRequest(
            .get, WebURL("https://u:s3cret@h/?t=s3cret")!, secretHeaders: [(name: "Authorization", value: Secret("Bearer s3cret"))])
        var seen =
            "\(secret) \(String(describing: secret)) \(String(reflecting: secret)) \(Holder()) \([secret]) \(Optional(secret) as Any) \(request)"
        dump(secret, to: &seen)
        dump(Holder(), to: &seen)
        dump([secret], to: &seen)
        dump(["k": secret], to: &seen)
        dump(request, to: &seen)
        debugPrint(Holder(), to: &seen)
        #expect(!seen.contains("s3cret"))
        #expect(seen.contains("<secret>"))
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.reveal() == "s3cret")
    }

    @Test(
        "Space and line ends around a stored secret are dropped",
        arguments: [
            ("abc", "abc"), (" abc\n", "abc"), ("\r\n\tabc \r\n", "abc"), ("a b", "a b"), ("", nil), (" \n", nil), ("a\nb", nil),
            ("a\u{0}b", nil), ("a\u{7f}", nil),
        ] as [(String, String?)])
    func trimming(text: String, expected: String?) {
        #expect(Secret(trimming: text)?.reveal() == expected)
    }

    @Test("Secrets compare by what they hold")
    func equality() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }
}
