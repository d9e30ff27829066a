import FetchTypes
import Foundation
import Synchronization
import Testing

@testable import Aria2

@Suite("Calls to aria2c")
struct RPCTests {
    private static let gid = Aria2GID(1)
    private let seen = Seen()

    /// What was sent.
    private final class Seen: Sendable {
        let bodies = Mutex<[[String: String]]>([])
    }

    private func client(_ answer: String, status: Int = 200) -> Aria2RPC {
        Aria2RPC(port: 4321, secret: Secret("s3cret")) { [seen] request in
            #expect(request.method == .post && request.url.string == "http://127.0.0.1:4321/jsonrpc")
            #expect(request.timeout ?? 0 >= 10)
            let object = try JSONSerialization.jsonObject(with: Data(request.body ?? [])) as? [String: Any] ?? [:]
            let params = String(
                decoding: try JSONSerialization.data(
                    withJSONObject: object["params"] ?? [], options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
            seen.bodies.withLock { $0.append(["method": object["method"] as? String ?? "", "params": params]) }
            return HTTPResponse(status: status, body: Array(answer.utf8))
        }
    }

    @Test func `about one job name it after the secret`() async throws {
        let client = client(#"{"id":"fetchctl","jsonrpc":"2.0","result":"OK"}"#)
        try await client.remove(Self.gid)
        try await client.forceRemove(Self.gid)
        try await client.removeDownloadResult(Self.gid)
        try await client.pause(Self.gid)
        try await client.forcePause(Self.gid)
        try await client.unpause(Self.gid)
        let sent = seen.bodies.withLock { $0 }
        #expect(
            sent.map { $0["method"] }
                == ["remove", "forceRemove", "removeDownloadResult", "pause", "forcePause", "unpause"].map { "aria2.\($0)" })
        #expect(sent.allSatisfy { $0["params"] == #"["token:s3cret","0000000000000001"]"# })
    }

    @Test func `that hand over a job send its URLs and options as they are`() async throws {
        let url = WebURL("https://h/a?b=%2F&sig=x")!
        let options = try Aria2JobOptions(gid: Self.gid, directory: "/d", fileName: "é\"", connections: 2, pieceLength: 1 << 20)
        let gid = try await client(#"{"result":"0000000000000001"}"#).addUri([url], options)
        #expect(gid == Self.gid)
        let sent = seen.bodies.withLock { $0[0]["params"] ?? "" }
        #expect(sent.hasPrefix(#"["token:s3cret",["https://h/a?b=%2F&sig=x"],{"dir":"/d""#))
        #expect(sent.contains(#""out":"é\""}"#) == false && sent.contains(#""out":"é\"","#))
    }

    @Test func `that hand over a document send it in base64, and neither a gid nor a name beside it`() async throws {
        let url = WebURL("https://h/a?b=%2F&sig=x")!
        let options = try Aria2JobOptions(gid: Self.gid, directory: "/d", fileName: "a 'b' \"c\" <d>", connections: 2, pieceLength: 1 << 20)
        let document = try #require(Metalink(fileName: options.fileName, size: 12345, url: url))
        let gid = try await client(#"{"result":["00000000000000aa"]}"#).addMetalink(document, options)
        #expect(gid == Aria2GID(0xaa))
        let sent = seen.bodies.withLock { $0[0] }
        #expect(sent["method"] == "aria2.addMetalink")
        let params = try JSONSerialization.jsonObject(with: Data((sent["params"] ?? "").utf8)) as? [Any]
        let text = Data(base64Encoded: params?[1] as? String ?? "").map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(
            text.contains(
                "<file name=\"a &apos;b&apos; &quot;c&quot; &lt;d&gt;\"><size>12345</size><url>https://h/a?b=%2F&amp;sig=x</url></file>"))
        let pairs = params?[2] as? [String: String]
        #expect(pairs?["dir"] == "/d" && pairs?["split"] == "2" && pairs?["out"] == nil && pairs?["gid"] == nil)
    }

    @Test(arguments: [(#"{"result":[]}"#, true), (#"{"result":["00000000000000aa","00000000000000ab"]}"#, false)])
    func `that hand over a document give one job`(answer: String, isRefusal: Bool) async throws {
        let options = try Aria2JobOptions(gid: Self.gid, directory: "/d", fileName: "a", connections: 2, pieceLength: 1 << 20)
        let document = try #require(Metalink(fileName: "a", size: 1, url: WebURL("http://h/")!))
        let fault = try #require(await fault { try await client(answer).addMetalink(document, options) })
        if case .refused = fault { #expect(isRefusal) } else { #expect(!isRefusal) }
        #expect(Metalink(fileName: "a", size: 0, url: WebURL("http://h/")!) == nil)
    }

    @Test func `that change links count what went and came`() async throws {
        let counts = try await client(#"{"result":[4,1]}"#).changeUri(
            Self.gid, removing: [WebURL("http://a/")!], adding: [WebURL("http://b/")!])
        #expect(counts == (4, 1))
        #expect(seen.bodies.withLock { $0[0]["params"] } == #"["token:s3cret","0000000000000001",1,["http://a/"],["http://b/"]]"#)
    }

    @Test func `for many jobs are one, with the secret inside`() async throws {
        let answer =
            #"{"result":[[{"gid":"0000000000000001","status":"active","bitfield":"c0","numPieces":"2","connections":"3"}],{"code":1,"message":"GID 0000000000000002 is not found"}]}"#
        let items = try await client(answer).tellStatus(of: [Self.gid, Aria2GID(2)], keys: [.gid, .status])
        let first = try items[0].get()
        #expect(first.state == .active && first.connections == 3 && first.bitfield?.isComplete == true && first.totalLength == nil)
        guard case .failure(let fault) = items[1] else { throw Aria2RPCFault.protocolViolation("no fault") }
        #expect(fault.isUnknownJob)
        let sent = seen.bodies.withLock { $0[0] }
        #expect(sent["method"] == "system.multicall")
        #expect(
            sent["params"]?.hasPrefix(
                #"[[{"methodName":"aria2.tellStatus","params":["token:s3cret","0000000000000001",["gid","status"]]},"#) == true)
    }

    @Test func `for no jobs are none`() async throws {
        let items = try await client("").tellStatus(of: [])
        #expect(items.isEmpty && seen.bodies.withLock { $0.isEmpty })
    }

    @Test func `are refused in aria2's words, without signatures and control characters`() async throws {
        let answer = #"{"error":{"code":1,"message":"No \u001b[31m https://u:p@h/x?sig=SECRET end"}}"#
        let fault = try #require(await fault { try await client(answer, status: 400).getVersion().version })
        guard case .refused(let code, let message) = fault else { throw fault }
        #expect(code == 1 && message == "No \u{FFFD}[31m https://h/x end")
    }

    @Test(arguments: ["", "<html>", "{}", "[]", #"{"result":7}"#, #"{"result":{"version":1}}"#, #"{"result":null}"#])
    func `are answered by protocolViolation where the answer is none`(answer: String) async throws {
        let fault = try #require(await fault { try await client(answer).getVersion().version })
        guard case .protocolViolation = fault else { throw fault }
    }

    @Test(arguments: [
        #"{"gid":"xyz"}"#, #"{"status":"dancing"}"#, #"{"totalLength":7}"#, #"{"totalLength":"7x"}"#,
        #"{"connections":"99999999999999999999"}"#,
        #"{"bitfield":"ff","numPieces":"2"}"#,
    ])
    func `about a status are protocolViolation where a field is`(status: String) async throws {
        let client = client(#"{"result":\#(status)}"#)
        let fault = try #require(await fault { try await client.tellStatus(Self.gid).gid })
        guard case .protocolViolation = fault else { throw fault }
    }

    @Test func `fail as dead where no process answers or the task is cancelled`() async throws {
        let host = "127.0.0.1"
        let errors: [(any Error & Sendable, String)] = [
            (TransportFault(.connect, host: host, detail: "refused"), "dead"), (TransportFault(.dropped, host: host, detail: ""), "dead"),
            (TransportFault(.timeout, host: host, detail: "late"), "timedOut"), (CancellationError(), "cancelled"),
            (TransportFault(.cancelled, host: host, detail: ""), "cancelled"),
        ]
        for (error, kind) in errors {
            let client = Aria2RPC(port: 1, secret: Secret("x")) { _ in throw error }
            let fault = try #require(await fault({ try await client.getVersion().version }))
            let name =
                switch fault {
                case .dead: "dead"
                case .timedOut: "timedOut"
                case .cancelled: "cancelled"
                case .refused, .protocolViolation: "other"
                }
            #expect(name == kind && !fault.isUnknownJob)
        }
    }

    private func fault<Value>(_ call: () async throws -> Value) async -> Aria2RPCFault? {
        do {
            _ = try await call()
            return nil
        } catch { return error as? Aria2RPCFault }
    }
}
