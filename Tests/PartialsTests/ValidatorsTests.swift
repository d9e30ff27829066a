import Testing
@testable import Partials

@Suite("Validators") struct ValidatorsTests {
    private static let monday = "Mon, 05 Jan 2026 10:00:00 GMT"
    private static let tuesday = "Tue, 06 Jan 2026 10:00:00 GMT"

    static let pairs: [(one: Validators, other: Validators, difference: Validators.Difference?)] = [
        (Validators(), Validators(), nil), (Validators(etag: "\"1\""), Validators(), nil),
        (Validators(etag: "\"1\""), Validators(lastModified: monday), nil),
        (Validators(etag: "\"1\""), Validators(etag: "\"1\""), nil), (Validators(etag: "\"1\""), Validators(etag: "\"2\""), .etag),
        (Validators(etag: "W/\"1\""), Validators(etag: "W/\"1\""), nil), (Validators(etag: "W/\"1\""), Validators(etag: "W/\"2\""), .etag),
        (Validators(etag: "\"1\""), Validators(etag: "W/\"1\""), nil), (Validators(etag: "\"1\""), Validators(etag: "W/\"2\""), .etag),
        (Validators(lastModified: monday), Validators(lastModified: monday), nil),
        (Validators(lastModified: monday), Validators(lastModified: tuesday), .lastModified),
        (Validators(lastModified: monday), Validators(lastModified: "Mon, 5 Jan 2026 10:00:00 GMT"), nil),
        (Validators(lastModified: "soon"), Validators(lastModified: "later"), .lastModified),
        (Validators(etag: "\"1\"", lastModified: monday), Validators(etag: "\"1\"", lastModified: tuesday), .lastModified),
        (Validators(etag: "\"1\"", lastModified: monday), Validators(etag: "\"2\"", lastModified: monday), .etag),
        (Validators(etag: "\"1\"", lastModified: monday), Validators(lastModified: monday), nil),
        (Validators(etag: "", lastModified: ""), Validators(etag: "\"1\"", lastModified: monday), nil),
    ]

    @Test("differ where both have one and it is another", arguments: pairs)
    func difference(one: Validators, other: Validators, difference: Validators.Difference?) {
        #expect(one.difference(from: other) == difference)
        #expect(other.difference(from: one) == difference)
    }

    @Test(
        "Only a strong entity tag may be a condition",
        arguments: [
            ("\"1\"", true), ("\"\"", true), ("W/\"1\"", false), ("1", false), ("\"", false), ("\"1", false),
        ])
    func strong(etag: String, isStrong: Bool) {
        #expect(Validators(etag: etag).strongETag == (isStrong ? etag : nil))
    }

    @Test("All validators of one version are kept, the strong tag before the weak one")
    func merged() {
        var known = Validators(etag: "W/\"1\"", host: "a")
        known = known.merged(with: Validators(lastModified: Self.monday, host: "b"))
        #expect(known == Validators(etag: "W/\"1\"", lastModified: Self.monday, host: "a"))
        known = known.merged(with: Validators(etag: "\"1\"", host: "b"))
        #expect(known == Validators(etag: "\"1\"", lastModified: Self.monday, host: "b"))
        known = known.merged(with: Validators(etag: "W/\"1\"", host: "c"))
        #expect(known == Validators(etag: "\"1\"", lastModified: Self.monday, host: "b"))
        #expect(known.merged(with: Validators(host: "d")) == known)
    }
}
