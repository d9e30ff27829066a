import FetchTypes
import Testing

@testable import ModelSources

@Suite("Addresses below an endpoint") struct EndpointURLTests {
    @Test(
        "have one slash between both",
        arguments: [
            ("https://example.com", "/api/x", "https://example.com/api/x"), ("https://example.com/", "/api/x", "https://example.com/api/x"),
            ("https://example.com//", "/x?a=b", "https://example.com/x?a=b"),
            ("https://example.com/hub/", "/x", "https://example.com/hub/x"),
            ("http://127.0.0.1:8080", "/x", "http://127.0.0.1:8080/x"),
        ])
    func join(endpoint: String, path: String, expected: String) throws {
        let url = try #require(WebURL(endpoint))
        #expect(try EndpointURL.join(url, path, variable: "HF_ENDPOINT").string == expected)
    }
}
