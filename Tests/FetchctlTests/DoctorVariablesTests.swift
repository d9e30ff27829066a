import Foundation
import Testing

@testable import fetchctl

@Suite("The variables that doctor knows")
struct DoctorVariablesTests {
    @Test("are all that the sources name")
    func sources() throws {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sources = top.appendingPathComponent("Sources").path
        var named: Set<String> = []
        for case let path as String in try #require(FileManager.default.enumerator(atPath: sources)) where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: sources + "/" + path, encoding: .utf8)
            named.formUnion(text.matches(of: /"(FETCHCTL_[A-Z0-9_]*[A-Z0-9])"/).map { String($0.1) })
        }
        #expect(named.count > 15 && named.subtracting(DoctorVariables.known).isEmpty, "\(named.subtracting(DoctorVariables.known))")
    }

    @Test("are what a misspelt one is compared with")
    func misspelt() {
        let environment = ["FETCHCTL_CONECTIONS": "", "FETCHCTL_JOBS": "3", "PATH": "/bin", "FETCHCTL_QQQQQQQQQQQQQQQ": "x"]
        #expect(DoctorVariables.unknown(in: environment) == ["FETCHCTL_CONECTIONS", "FETCHCTL_QQQQQQQQQQQQQQQ"])
        #expect(DoctorVariables.nearest(to: "FETCHCTL_CONECTIONS") == "FETCHCTL_CONNECTIONS")
        #expect(DoctorVariables.nearest(to: "FETCHCTL_QQQQQQQQQQQQQQQ") == nil)
    }
}
