import Testing

@testable import ModelSources

@Suite("A Link header")
struct LinkHeaderTests {
    @Test(
        "names the next page however it is written",
        arguments: [
            ([#"<https://h/x?cursor=a%3D>; rel="next""#], "https://h/x?cursor=a%3D"),
            (["<https://h/x>; rel=next"], "https://h/x"),
            (["<https://h/x>;REL=\"Next\""], "https://h/x"),
            (["<https://h/x>; rel='next'"], "https://h/x"),
            ([#"<https://h/x> ; title="a, b; \"c\"" ; rel="prev next""#], "https://h/x"),
            ([#"<https://h/a,b;c>; rel="next""#], "https://h/a,b;c"),
            ([#"</first>; rel="first", </x>; rel="next", </last>; rel="last""#], "/x"),
            ([#"</first>; rel="first""#, "</x>; rel=next"], "/x"),
            (["</a>, </x>; crossorigin; rel=next"], "/x"),
        ])
    func next(values: [String], target: String) {
        #expect(LinkHeader.target(of: "next", in: values) == target)
    }

    @Test(
        "that names none, or is broken, is none",
        arguments: [
            "", "<https://h/x>", #"<https://h/x>; rel="last""#, "https://h/x; rel=next", "<https://h/x; rel=next",
            #"</x>; title="rel=next""#,
        ])
    func none(value: String) {
        #expect(LinkHeader.target(of: "next", in: [value]) == nil)
    }
}
