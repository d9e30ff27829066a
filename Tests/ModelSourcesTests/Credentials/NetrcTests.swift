import FetchTypes
import Testing

@testable import ModelSources

@Suite("The netrc file gives a login to exactly the host it names")
struct NetrcTests {
    private static let text = """
        # machine commented.example login x password y
        machine one.example login anna password s3cret
        machine two.example
            login bob
            password p4ss
        macdef init
            machine macro.example login m password n

        default login anyone password guest
        """

    @Test(
        arguments: [
            ("one.example", "anna:s3cret"), ("two.example", "bob:p4ss"), ("three.example", nil), ("sub.one.example", nil),
            ("macro.example", nil),
            ("commented.example", nil),
        ] as [(String, String?)])
    func entry(host: String, expected: String?) {
        #expect(Netrc(Self.text).userInformation(host: host)?.reveal() == expected)
    }
}
