import FetchTypes
import Testing

@testable import ModelSources

@Suite("Answers of servers")
struct ServerAnswerTests {
    private func said(_ body: String, _ headers: [(name: String, value: String)] = []) -> String? {
        ServerAnswer.words(
            HTTPResponse(status: 400, headers: HTTPHeaders(headers), body: Array(body.utf8)),
            hiding: [("Authorization", Secret("Bearer hf_secret123"))])
    }

    @Test(
        "is repeated in one clean line",
        arguments: [
            (#"{"error":"Unauthorized","message":"Log in\nfirst"}"#, "Log in first"), (#"{"error":"Forbidden"}"#, "Forbidden"),
            ("plain  text\u{1b}[31m\r\n", "plain text [31m"), ("token hf_secret123 is bad", "token <secret> is bad"),
            ("header Bearer hf_secret123!", "header <secret>!"), ("see https://x.example/f?sig=hush now", "see https://x.example/f now"),
        ])
    func clean(body: String, words: String) {
        #expect(said(body) == words)
    }

    @Test(
        "is not repeated when it is a page or a structure",
        arguments: ["<html><body>hi", "<?xml?><Error/>", #"{"other":1}"#, "[1]", "", "{broken"])
    func silent(body: String) {
        #expect(said(body) == nil)
    }

    @Test func isCut() {
        #expect(said(String(repeating: "a ", count: 5000))?.count == 200)
        #expect(said("fine", [("Content-Type", "text/html")]) == nil)
    }

    @Test(
        "about waiting is understood",
        arguments: [
            ([("RateLimit", "\"api\";r=0;t=55")], 56.0), ([("RateLimit", "\"api\"; r=0; t=55"), ("Retry-After", "3")], 56),
            ([("RateLimit", "\"api\";r=7;t=55"), ("Retry-After", "3")], 3), ([("Retry-After", "120")], 120),
            ([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:07 GMT")], 30),
            ([("Retry-After", "nan")], nil), ([("Retry-After", "-5")], nil), ([], nil),
            ([("Retry-After", "99999999999999999999")], 2_678_400), ([("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")], 2_678_400),
            ([("RateLimit", "\"api\";r=0;t=99999999999999999999")], nil), ([("RateLimit", "\"api\";r=0;t=inf"), ("Retry-After", "3")], 3),
        ] as [([(String, String)], Double?)])
    func wait(headers: [(String, String)], seconds: Double?) {
        let response = HTTPResponse(status: 429, headers: HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }))
        #expect(RetryAfter.wait(response, now: 1000)?.value == seconds)
    }
}
