import FetchTypes
import Testing

@testable import fetchctl

@Suite("The command line")
struct CommandLineTests {
    static let arguments: [(text: String, isHeader: Bool, wiped: [String])] = [
        ("civitai:128078", false, []), ("https://h.example/x?id=7", false, []),
        ("https://h.example/x?id=7&token=abc#f", false, ["abc"]), ("https://h.example/x?TOKEN=abc&sig=d%2Be", false, ["abc", "d%2Be"]),
        ("https://u:p@h.example/x", false, ["u:p"]), ("https://h.example/@x", false, []),
        ("Authorization: Bearer abc", true, [" Bearer abc"]), ("--header=Cookie: id=1", false, [" id=1"]),
        ("Referer: https://x.example/", true, []),
        ("@headers.txt", true, []), ("", true, []), ("?", false, []), ("x?token=", false, []),
    ]

    @Test("knows which bytes of an argument are secret", arguments: arguments)
    func secrets(text: String, isHeader: Bool, wiped: [String]) {
        let bytes = Array(text.utf8)
        let found = TypedArguments.secretRanges(in: text, isHeaderValue: isHeader).map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(found == wiped)
    }

    @Test("takes a header as name and value", arguments: [("A: b", "A", "b"), ("X-Y:z", "X-Y", "z"), ("A:  b c ", "A", "b c")])
    func header(text: String, name: String, value: String) throws {
        let header = try #require(try HeaderOption.parse(text).first)
        #expect(header.name == name && header.value.reveal() == value)
    }

    @Test("refuses a malformed header, without repeating it", arguments: ["secret", ": secret", "A b: secret", "A:", "A: se\u{1}cret"])
    func badHeader(text: String) throws {
        let failure = try #require(throws: Failure.self) { try HeaderOption.parse(text) }
        #expect(failure.code == .usage && !failure.description.contains("secret"))
    }

    @Test("reads each setting from text, and shows it as TOML")
    func settings() throws {
        var settings = Settings()
        for (name, text, shown) in [
            ("jobs", "8", "8"), ("limit_rate", "20M", "20971520"), ("retry_delay_min", "0.5", "0.5"), ("check_disk_space", "no", "false"),
            ("engine", "builtin", "\"builtin\""), ("directory", "a \"b\"", "\"a \\\"b\\\"\""),
        ] {
            let key = try #require(Settings.keys.first { $0.name == name })
            #expect(key.set(&settings, text))
            #expect(key.show(settings) == shown)
        }
        for (name, text) in [
            ("jobs", "0"), ("jobs", "x"), ("limit_rate", "fast"), ("timeout", "-1"), ("engine", "wget"), ("show_eta", "maybe"),
        ] {
            let key = try #require(Settings.keys.first { $0.name == name })
            #expect(!key.set(&settings, text))
        }
    }

    @Test("stamps events in UTC", arguments: [(0, "1970-01-01T00:00:00.007Z"), (1_795_222_798, "2026-11-21T00:59:58.007Z")])
    func timestamp(seconds: Int, expected: String) {
        #expect(Timestamp.text(seconds: seconds, milliseconds: 7) == expected)
    }
}
