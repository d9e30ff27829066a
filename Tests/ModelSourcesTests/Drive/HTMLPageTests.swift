import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("A page")
struct HTMLPageTests {
    @Test(
        "has its entities resolved",
        arguments: [
            ("a &amp; b", "a & b"), ("&lt;&#65;&#x42;&gt;", "<AB>"), ("&unknown; &", "&unknown; &"), ("&#xFFFFFFFF;", "&#xFFFFFFFF;"),
            ("", ""),
        ])
    func entities(text: String, resolved: String) { #expect(HTMLPage.resolved(text[...]) == resolved) }

    @Test(
        "that is broken is read as far as it goes",
        arguments: [
            "<", "<a", "<a href", "<a href=", "<a href='", "<!--", "<script>", "<a =b=c>x", "</", "<a/><b", "<title>x", "< a>", "<a \"\">",
        ])
    func broken(text: String) { _ = HTMLPage(text).title }

    @Test func textIsThatOfTheWholeElement() {
        let page = HTMLPage("<div class='a b'>one <b>two</b>\n<div>three</div> four</div> five<title>\n T </title>")
        #expect(page.text(ofClass: "b") == "one two three four")
        #expect(page.title == "T")
    }
}
