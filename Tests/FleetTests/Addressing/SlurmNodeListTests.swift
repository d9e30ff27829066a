import Testing

@testable import Fleet

@Suite struct SlurmNodeListTests {
    @Test(arguments: [
        ("gpu1", ["gpu1"]),
        ("gpu[01-04,07],login1", ["gpu01", "gpu02", "gpu03", "gpu04", "gpu07", "login1"]),
        ("a,b", ["a", "b"]),
        ("n[9-11]", ["n9", "n10", "n11"]),
        ("n[009-011]", ["n009", "n010", "n011"]),
        ("rack[1-2]n[1-2]", ["rack1n1", "rack1n2", "rack2n1", "rack2n2"]),
        ("c[1].example.org", ["c1.example.org"]),
        ("c[1-2]-ib", ["c1-ib", "c2-ib"]),
    ])
    func readsWhatSlurmWrites(text: String, hosts: [String]) {
        #expect(SlurmNodeList.hosts(text) == hosts)
    }

    @Test(arguments: [
        "", ",", "a,", "gpu[", "gpu]", "gpu[]", "gpu[1", "gpu[2-1]", "gpu[1-2-3]", "gpu[a]", "gpu[1,]", "gpu[[1]]", "gpu[1-99999999]",
        "gpu[-1]", "a b", "a;b", "[1-4096][1-4096]", "gpu[00000000000001]", "gpu[99999999999999999999]",
        String(repeating: "a", count: 254), String(repeating: "[1]", count: 254),
    ])
    func refusesInvalidLists(text: String) {
        #expect(SlurmNodeList.hosts(text) == nil)
    }
}
