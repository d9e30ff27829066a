import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("Cookies of the requests for one file")
struct FlowCookiesTests {
    @Test(
        "go where they were set for",
        arguments: [
            ("a=1", "https://drive.google.com/x", "https://drive.google.com/y", "a=1"),
            ("a=1", "https://drive.google.com/x", "https://docs.google.com/y", nil),
            ("a=1; Domain=.google.com", "https://drive.google.com/x", "https://docs.google.com/y", "a=1"),
            ("a=1; domain=google.com; path=/", "https://drive.google.com/x", "https://google.com/y", "a=1"),
            ("a=1; Domain=.com", "https://drive.google.com/x", "https://evil.com/y", nil),
            ("a=1; Domain=.google.com", "https://evil.com/x", "https://drive.google.com/y", nil),
            ("a=1; Domain=.google.com", "https://drive.google.com/x", "https://evilgoogle.com/y", nil),
            ("a=1; Secure", "https://drive.google.com/x", "http://drive.google.com/y", nil),
            ("=1", "https://drive.google.com/x", "https://drive.google.com/y", nil),
            ("no-value", "https://drive.google.com/x", "https://drive.google.com/y", nil),
        ] as [(String, String, String, String?)])
    func scope(cookie: String, from: String, to: String, sent: String?) {
        var cookies = FlowCookies(domains: ["google.com"])
        cookies.take(HTTPResponse(status: 200, headers: HTTPHeaders([("Set-Cookie", cookie)])), from: url(from))
        #expect(cookies.header(for: url(to)).first?.value.reveal() == sent)
    }

    @Test func aNewValueTakesTheOldOnesPlace() {
        var cookies = FlowCookies(domains: [])
        for value in ["a=1", "b=2", "a=3"] {
            cookies.take(HTTPResponse(status: 200, headers: HTTPHeaders([("Set-Cookie", value)])), from: url("https://a.example/"))
        }
        #expect(cookies.header(for: url("https://a.example/x")).first?.value.reveal() == "b=2; a=3")
    }
}
