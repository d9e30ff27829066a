@testable import Curl
import FetchTypes
import Testing

@Suite("Proxy settings") struct ProxySettingsTests {
    static let choices: [(environment: [String: String], url: String, proxy: String?)] = [
        ([:], "http://a.example/", nil),
        (["http_proxy": "http://p:1"], "http://a.example/", "http://p:1"),
        (["http_proxy": "http://p:1"], "https://a.example/", nil),
        (["https_proxy": "http://p:1"], "https://a.example/", "http://p:1"),
        (["https_proxy": "http://p:1"], "http://a.example/", nil),
        (["all_proxy": "socks5h://p:1"], "http://a.example/", "socks5h://p:1"),
        (["all_proxy": "socks5h://p:1"], "https://a.example/", "socks5h://p:1"),
        (["all_proxy": "http://all", "https_proxy": "http://s"], "https://a.example/", "http://s"),
        (["all_proxy": "http://all", "https_proxy": "http://s"], "http://a.example/", "http://all"),
        (["HTTP_PROXY": "http://upper", "http_proxy": "http://lower"], "http://a.example/", "http://lower"),
        (["HTTP_PROXY": "http://upper", "http_proxy": ""], "http://a.example/", "http://upper"),
        (["HTTPS_PROXY": " http://upper \n"], "https://a.example/", "http://upper"),
        (["http_proxy": "  "], "http://a.example/", nil),
    ]

    @Test("The variable for the scheme wins over the one for all, the lower case over the upper", arguments: choices)
    func choose(environment: [String: String], url text: String, proxy: String?) throws {
        #expect(ProxySettings(environment: environment).proxy(for: try url(text))?.reveal() == proxy)
    }

    static let exceptions: [(list: String, url: String, isDirect: Bool)] = [
        ("a.example", "http://a.example/", true), ("a.example", "http://A.EXAMPLE/", true), ("A.Example", "http://a.example/", true),
        ("a.example", "http://b.a.example/", true), ("a.example", "http://ba.example/", false),
        ("a.example", "http://a.example.org/", false),
        (".a.example", "http://b.a.example/", true), (".a.example", "http://a.example/", true),
        ("*.a.example", "http://b.a.example/", true),
        ("*", "http://a.example/", true), ("x, a.example ,y", "http://a.example/", true), ("x a.example", "http://a.example/", true),
        ("a.example:8080", "http://a.example:8080/", true), ("a.example:8080", "http://a.example/", false),
        ("a.example:443", "https://a.example/", true), ("127.0.0.1", "http://127.0.0.1:5/", true), ("::1", "http://[::1]:5/", true),
        ("[::1]", "http://[::1]:5/", true), ("[::1]:5", "http://[::1]:5/", true), ("[::1]:6", "http://[::1]:5/", false),
        ("10.0.0.0/8", "http://10.200.3.4/", true), ("10.0.0.0/8", "http://11.0.0.1/", false),
        ("x,127.0.0.0/8", "http://127.9.9.9:5/", true),
        ("192.168.4.0/22", "http://192.168.7.255/", true), ("192.168.4.0/22", "http://192.168.8.0/", false),
        ("0.0.0.0/0", "http://9.9.9.9/", true), ("10.0.0.0/8", "http://a.example/", false), ("10.0.0.0/33", "http://10.0.0.1/", false),
        ("", "http://a.example/", false), (",,", "http://a.example/", false), (".", "http://a.example/", false),
    ]

    @Test("no_proxy names hosts, domains, ports and blocks of addresses", arguments: exceptions)
    func except(list: String, url text: String, isDirect: Bool) throws {
        for name in ["no_proxy", "NO_PROXY"] {
            let settings = ProxySettings(environment: ["all_proxy": "http://p:1", name: list])
            #expect((settings.proxy(for: try url(text)) == nil) == isDirect)
        }
    }

    static let certificates: [(environment: [String: String], file: String?, directory: String?)] = [
        ([:], CertificateStore.find(), nil),
        (["CURL_CA_BUNDLE": "/c", "SSL_CERT_FILE": "/f", "SSL_CERT_DIR": "/d", "REQUESTS_CA_BUNDLE": "/r"], "/c", nil),
        (["SSL_CERT_FILE": "/f", "SSL_CERT_DIR": "/d", "REQUESTS_CA_BUNDLE": "/r"], "/f", nil),
        (["SSL_CERT_DIR": "/d", "REQUESTS_CA_BUNDLE": "/r"], nil, "/d"),
        (["REQUESTS_CA_BUNDLE": "/r"], "/r", nil),
        (["CURL_CA_BUNDLE": "", "SSL_CERT_FILE": "/f"], "/f", nil),
    ]

    @Test("Certificates come from the first variable that is set", arguments: certificates)
    func authorities(environment: [String: String], file: String?, directory: String?) {
        let settings = NetworkSettings(userAgent: "x", environment: environment)
        #expect(settings.certificateFile == file)
        #expect(settings.certificateDirectory == directory)
    }

    @Test("A description shows no proxy's password")
    func silence() {
        var seen = ""
        dump(NetworkSettings(userAgent: "x", environment: ["http_proxy": "http://me:PASSWORD@p:1"]), to: &seen)
        #expect(!seen.contains("PASSWORD"))
    }
}
