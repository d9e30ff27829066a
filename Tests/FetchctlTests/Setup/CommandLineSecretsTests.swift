import DropIns
import Testing

@testable import fetchctl

@Suite("A secret in another tool's line")
struct ForeignSecretsTests {
    @Test(
        "is found where that tool expects it",
        arguments: [
            (.curl, ["-H", "Authorization: Bearer abc", "-o", "x"], ["Authorization:*"]),
            (.curl, ["-HAuthorization: abc"], ["-HAuthorization:*"]),
            (.curl, ["-fsSLH", "Cookie: abc"], ["Cookie:*"]), (.curl, ["-u", "me:word"], ["*"]), (.curl, ["-ume:word"], ["-u*"]),
            (.curl, ["--oauth2-bearer", "abc"], ["*"]), (.curl, ["-H", "Accept: abc"], []), (.curl, ["-b", "a=b"], ["*"]),
            (.wget, ["--header=Authorization: abc"], ["--header=Authorization:*"]),
            (.wget, ["--user=me", "--password=abc"], ["--password=*"]),
            (.wget, ["--header", "X-Api-Key: abc"], ["X-Api-Key:*"]),
            (.aria2c, ["--header=Authorization: abc", "-x16"], ["--header=Authorization:*"]),
            (.aria2c, ["--http-passwd", "abc"], ["*"]), (.hf, ["download", "--token", "abc"], ["*"]), (.hf, ["--token=abc"], ["--token=*"]),
        ] as [(DropInTool, [String], [String])])
    func found(tool: DropInTool, words: [String], wiped: [String]) {
        var secrets = CommandLineSecrets(tool: tool)
        var seen: [String] = []
        for word in words {
            let bytes = Array(word.utf8)
            for range in secrets.take(word) {
                #expect(range.upperBound == bytes.count)
                seen.append(String(decoding: bytes[..<range.lowerBound], as: UTF8.self) + "*")
            }
        }
        #expect(seen == wiped)
    }
}
