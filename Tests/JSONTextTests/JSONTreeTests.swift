import Testing

@testable import JSONText

@Suite("JSON trees")
struct JSONTreeTests {
    @Test(
        "keeps order, digits and members of one name",
        arguments: [
            (#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#), (#"[1.50,-0,1E2]"#, #"[1.50,-0,1E2]"#), (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#),
            (#" [ ] "#, "[]"), (#"{ "a" : { } }"#, #"{"a":{}}"#),
        ])
    func kept(text: String, line: String) throws {
        #expect(try #require(JSONTree(Array(text.utf8))).line == line)
    }

    @Test("a member is the first of its name; setting it keeps its place, or puts it at the end")
    func members() throws {
        var tree = try #require(JSONTree(Array(#"{"a":1,"b":2,"a":3}"#.utf8)))
        #expect(tree["a"] == .integer(1))
        #expect(tree["c"] == nil)
        tree["a"] = .null
        tree["c"] = .of("x")
        tree["b"] = nil
        #expect(tree.line == #"{"a":null,"a":3,"c":"x"}"#)
        var list = JSONTree.array([])
        list["a"] = .null
        #expect(list == .array([]))
    }

    @Test(
        "is written as Python writes it",
        arguments: [
            (
                #"{"b":1.50,"a":[1,-2e3,true,null],"e":{},"f":[]}"#,
                "{\n    \"b\": 1.50,\n    \"a\": [\n        1,\n        -2e3,\n        true,\n        null\n    ],\n    \"e\": {},\n    \"f\": []\n}"
            ),
            (#""é\n\"\\\/\t😀\u0001\ud83d\ude00""#, #""\u00e9\n\"\\/\t\ud83d\ude00\u0001\ud83d\ude00""#),
            (#" 12345678901234567890 "#, "12345678901234567890"),
        ])
    func written(text: String, indented: String) throws {
        #expect(try #require(JSONTree(Array(text.utf8))).indented == indented)
        #expect(JSONTree(Array(indented.utf8)) == JSONTree(Array(text.utf8)))
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "\"\\x\"", "\"\u{1}\"", "1 2", "[1 2]", "\"\\ud83", "--1", "+1", ".5", "01",
            "-01",
            "1.", "1.e3", "1e", "-", "[01]", "{\"a\":+1}", "\"\\u+123\"", "\"a\nb\"", "nan", "Infinity", "0x10", "'1'", "[1]]", "\u{FEFF}1",
            String(repeating: "[", count: 300),
        ])
    func refused(text: String) { #expect(JSONTree(Array(text.utf8)) == nil) }
}

@Suite("A long array of JSON")
struct LongArrayTests {
    @Test("is written in the order of its elements, with a comma between two", arguments: [0, 1, 499, 5_000])
    func order(count: Int) {
        let elements = (0..<count).map { JSONTree.object([("n", .integer(Int64($0))), ("text", .string("\"\($0)\""))]) }
        #expect(JSONTree.object([("all", .array(elements))]).line == "{\"all\":[\(elements.map(\.line).joined(separator: ","))]}")
    }
}

@Suite("JSON's places")
struct JSONNodeTests {
    private func place(_ text: String, _ path: [String]) -> String? {
        let bytes = Array(text.utf8)
        var node = JSONNode.parse(bytes)
        for name in path { node = node?.member(name, in: bytes) }
        return node.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }

    @Test("are those of the bytes as they are")
    func places() {
        let text = #" { "a" : [ 1.50 , "x\u0041" ] , "b" : { "c" : true } } "#
        #expect(place(text, ["a"]) == #"[ 1.50 , "x\u0041" ]"#)
        #expect(place(text, ["b", "c"]) == "true")
        #expect(place(text, ["c"]) == nil)
        #expect(place(text, ["a", "c"]) == nil)
    }

    @Test(
        "a notebook may have what Python writes, and nothing else may",
        arguments: [
            ("[NaN]", false), ("[Infinity,-Infinity]", false), ("\u{FEFF}[1]", false), ("[1]", true), ("[nan]", nil), ("[+Infinity]", nil),
            ("[1,]", nil),
        ] as [(String, Bool?)])
    func dialects(text: String, isStrict: Bool?) {
        #expect((JSONNode.parse(Array(text.utf8)) != nil) == (isStrict == true))
        #expect((JSONNode.parse(Array(text.utf8), .notebook) != nil) == (isStrict != nil))
    }
}
