import Testing

@testable import ModelSources

@Suite("Stored tokens")
struct INITextTests {
    private static let text = """
        # mine
        [work]
        hf_token = hf_a
        refresh_token = r

        [home [1]]
        HF_Token: hf_b

        """

    @Test func areReadAsPythonReadsThem() {
        let file = INIText(Self.text)
        #expect(file.sections == ["work", "home [1]"])
        #expect(file.value("hf_token", in: "work") == "hf_a")
        #expect(file.value("hf_token", in: "home [1]") == "hf_b")
        #expect(file.value("hf_token", in: "other") == nil)
        #expect(file.value("expires_at", in: "work") == nil)
    }

    @Test func changeASectionAtATime() {
        var file = INIText(Self.text)
        file.set("new", [("hf_token", "hf_c")])
        #expect(file.text == Self.text + "\n[new]\nhf_token = hf_c\n")
        file.set("work", [("hf_token", "hf_d")])
        #expect(file.value("hf_token", in: "work") == "hf_d")
        #expect(file.value("refresh_token", in: "work") == nil)
        file.remove("work")
        file.remove("new")
        #expect(file.text == "# mine\n[home [1]]\nHF_Token: hf_b\n")
        file.remove("home [1]")
        #expect(file.text == "# mine\n")
    }

    @Test func areEmptyWhenNothingIsLeft() {
        var file = INIText("")
        file.set("a", [("token", "b")])
        #expect(file.text == "[a]\ntoken = b\n")
        file.remove("a")
        #expect(file.text.isEmpty)
    }

    @Test(
        "take names that a header can hold",
        arguments: [("a b", true), ("日本", true), ("", false), ("DEFAULT", false), ("a\nb", false), (" a", false)])
    func names(name: String, isOne: Bool) {
        #expect(INIText.isSectionName(name) == isOne)
    }
}
