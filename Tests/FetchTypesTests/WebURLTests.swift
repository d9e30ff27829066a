import FetchTypes
import Testing

@Suite("URLs") struct WebURLTests {
    @Test(
        "A URL is taken apart and kept as it was written",
        arguments: [
            ("https://example.com", "https://example.com/", "example.com", 443, "/", nil),
            ("http://example.com?a=b", "http://example.com/?a=b", "example.com", 80, "/", "a=b"),
            ("HTTPS://Example.COM/A", "https://example.com/A", "example.com", 443, "/A", nil),
            ("https://example.com:8443/a", "https://example.com:8443/a", "example.com", 8443, "/a", nil),
            ("https://example.com:/a", "https://example.com:/a", "example.com", 443, "/a", nil),
            ("http://127.0.0.1:80/a", "http://127.0.0.1:80/a", "127.0.0.1", 80, "/a", nil),
            ("http://[::1]/a", "http://[::1]/a", "::1", 80, "/a", nil),
            ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a", "2001:db8::1", 8080, "/a", nil),
            ("https://user:pass@example.com/a", "https://example.com/a", "example.com", 443, "/a", nil),
            ("https://us@er:pa@ss@example.com/a@b", "https://example.com/a@b", "example.com", 443, "/a@b", nil),
            ("https://example.com/a#b?c", "https://example.com/a", "example.com", 443, "/a", nil),
            ("https://example.com/a?b#c", "https://example.com/a?b", "example.com", 443, "/a", "b"),
            ("https://example.com/a?", "https://example.com/a?", "example.com", 443, "/a", ""),
            ("https://example.com/a%2Fb%20c?d=%2f+", "https://example.com/a%2Fb%20c?d=%2f+", "example.com", 443, "/a%2Fb%20c", "d=%2f+"),
            ("https://example.com/a b|c", "https://example.com/a%20b%7Cc", "example.com", 443, "/a%20b%7Cc", nil),
            ("https://example.com/ü?x=é", "https://example.com/%C3%BC?x=%C3%A9", "example.com", 443, "/%C3%BC", "x=%C3%A9"),
            ("https://example.com/a?u=https://b/c", "https://example.com/a?u=https://b/c", "example.com", 443, "/a", "u=https://b/c"),
            (
                "https://example.com/x\r\nHost: evil", "https://example.com/x%0D%0AHost:%20evil", "example.com", 443,
                "/x%0D%0AHost:%20evil", nil
            ),
        ] as [(String, String, String, Int, String, String?)])
    func parts(text: String, string: String, host: String, port: Int, path: String, query: String?) throws {
        let url = try #require(WebURL(text))
        #expect(url.string == string)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.path == path)
        #expect(url.query == query)
    }

    @Test(
        "What is no http or https URL with a host is refused",
        arguments: [
            "", "example.com", "/a", "//example.com/a", "ftp://example.com/a", "file:///a", "mailto:a@b", "https:example.com", "https:/a",
            "https://",
            "https:///a", "https://?a", "https://:80/a", "https://user@/a", "https://a:0/", "https://a:65536/", "https://a:+80/",
            "https://a:-1/",
            "https://a:8o/", "https://a:80:80/", "https://::1/a", "https://[::1/a", "https://[::1]x/a", "https://[a]/b", "https://[]/a",
            "https://a b/c", "https://a%2eb/c", "https://höst/a", "https://a,b/c", "https://a\\b/c", " https://a/b", "https://a\u{0}/b",
        ])
    func refused(_ text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test("User information is kept apart, and is a secret")
    func userInformation() throws {
        let url = try #require(WebURL("https://user:p%40ss@example.com/a?b=c"))
        #expect(url.userInformation?.reveal() == "user:p%40ss")
        #expect(try #require(WebURL("https://example.com/")).userInformation == nil)
        #expect(url.removingQueryItems(["b"]).userInformation?.reveal() == "user:p%40ss")
    }

    @Test("No description, reflection or dump holds the query, the fragment or a password")
    func redaction() throws {
        let url = try #require(WebURL("https://user:s3cret@example.com:8443/a?token=s3cret#s3cret"))
        #expect(url.description == "https://example.com:8443/a")
        var seen = "\(url) \(String(reflecting: url)) \(url.redacted) \([url]) \(Optional(url) as Any) \(url.origin)"
        dump(url, to: &seen)
        dump([url], to: &seen)
        dump((url, 1), to: &seen)
        #expect(!seen.contains("s3cret"))
        #expect(Mirror(reflecting: url).children.isEmpty)
    }

    private static let base = "https://example.com:8443/a/b/c?q=1"

    @Test(
        "A reference is resolved as RFC 3986 says, and keeps its query",
        arguments: [
            ("https://cdn.example.net/x?Signature=a%2Fb~c&Expires=1", "https://cdn.example.net/x?Signature=a%2Fb~c&Expires=1"),
            ("HTTP://Other/x", "http://other/x"),
            ("//cdn.example.net/x?y", "https://cdn.example.net/x?y"),
            ("/x/y?z=1&etag=%22a%22", "https://example.com:8443/x/y?z=1&etag=%22a%22"),
            ("/login?returnUrl=https://example.com/a", "https://example.com:8443/login?returnUrl=https://example.com/a"),
            ("/x:y", "https://example.com:8443/x:y"),
            ("d", "https://example.com:8443/a/b/d"),
            ("d?e=f", "https://example.com:8443/a/b/d?e=f"),
            ("./d/", "https://example.com:8443/a/b/d/"),
            ("../d", "https://example.com:8443/a/d"),
            ("../../../../d", "https://example.com:8443/d"),
            (".", "https://example.com:8443/a/b/"),
            ("..", "https://example.com:8443/a/"),
            ("/x/./y/../z", "https://example.com:8443/x/z"),
            ("/x//y", "https://example.com:8443/x//y"),
            ("?r=2", "https://example.com:8443/a/b/c?r=2"),
            ("#part", "https://example.com:8443/a/b/c?q=1"),
            ("", "https://example.com:8443/a/b/c?q=1"),
            ("/x?a=b c|d", "https://example.com:8443/x?a=b%20c%7Cd"),
            ("/x?a=../b/./c", "https://example.com:8443/x?a=../b/./c"),
            ("/%7Ex%2fy?%zz", "https://example.com:8443/%7Ex%2fy?%zz"),
        ])
    func resolving(reference: String, expected: String) throws {
        let url = try #require(WebURL(Self.base))
        let resolved = try #require(url.resolving(reference))
        #expect(resolved.string == expected)
        // The value is whole: its parts are those of its own text.
        let again = try #require(WebURL(resolved.string))
        #expect(resolved.path == again.path && resolved.query == again.query && resolved.origin == again.origin)
    }

    @Test(
        "A redirect to anything but http and https leads nowhere",
        arguments: ["ftp://x/y", "file:///x", "javascript:x", "https:x", "https://", "//"])
    func resolvingElsewhere(_ reference: String) throws {
        #expect(try #require(WebURL(Self.base)).resolving(reference) == nil)
    }

    @Test("A relative reference resolves against an IPv6 origin and a bare host")
    func resolvingOrigins() throws {
        #expect(try #require(WebURL("http://[::1]:81/a")).resolving("/b?c")?.string == "http://[::1]:81/b?c")
        #expect(try #require(WebURL("http://host?a")).resolving("b")?.string == "http://host/b")
    }

    @Test("Query parameters are read decoded and removed byte for byte")
    func queries() throws {
        let url = try #require(WebURL("https://h/p?a=1&tok%65n=x%20y&b=%2F+&&flag&a=2"))
        #expect(url.queryValue("token") == "x y")
        #expect(url.queryValue("a") == "1")
        #expect(url.queryValue("flag") == "")
        #expect(url.queryValue("b") == "/+")
        #expect(url.queryValue("none") == nil)
        #expect(url.queryItems.map(\.name) == ["a", "token", "b", "flag", "a"])
        #expect(url.removingQueryItems(["token"]).string == "https://h/p?a=1&b=%2F+&&flag&a=2")
        #expect(url.removingQueryItems(["none"]).string == url.string)
        #expect(try #require(WebURL("https://h/p?a=1&a=2")).removingQueryItems(["a"]).string == "https://h/p")
        #expect(try #require(WebURL("https://h/p")).removingQueryItems(["a"]).string == "https://h/p")
    }

    @Test(
        "The last path part is decoded",
        arguments: [
            ("https://h/a/b%20c.bin?x", "b c.bin"), ("https://h/a%2Fb", "a/b"), ("https://h/100%", "100%"), ("https://h/a/", nil),
            ("https://h", nil),
        ] as [(String, String?)])
    func lastPart(text: String, expected: String?) throws {
        #expect(try #require(WebURL(text)).lastPathComponent == expected)
    }

    @Test(
        "An origin is scheme, host and port, and says so",
        arguments: [
            ("https://h/a", "https://h"), ("https://h:443/a", "https://h"), ("http://h:443/a", "http://h:443"),
            ("http://[::1]:81/", "http://[::1]:81"),
        ])
    func origins(text: String, description: String) throws {
        #expect(try #require(WebURL(text)).origin.description == description)
    }

    @Test(
        "Only whole addresses and names of this machine are loopback",
        arguments: [
            ("http://localhost/", true), ("http://a.localhost/", true), ("http://127.0.0.1/", true), ("http://127.9.9.9/", true),
            ("http://[::1]/", true),
            ("http://127.example.com/", false), ("http://127.0.0.1.example.com/", false), ("http://127.0.0/", false),
            ("http://127.0.0.256/", false),
            ("http://localhost.example.com/", false), ("http://10.0.0.1/", false),
        ])
    func loopback(text: String, expected: Bool) throws {
        let origin = try #require(WebURL(text)).origin
        #expect(origin.isLoopback == expected)
        #expect(origin.isConfidential == expected)
    }
}
