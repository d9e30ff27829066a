import Foundation

@testable import Aria2
@testable import Torrent

extension Decoder {
    /// What aria2c says, or who replaces it.
    static let rpc: [Decoder] = [
        Decoder(
            "rpc",
            [
                #"{"id":"fetchctl","jsonrpc":"2.0","result":{"gid":"0123456789abcdef","status":"active","totalLength":"5242880","completedLength":"1048576","bitfield":"a8","pieceLength":"1048576","numPieces":"5","connections":"4","downloadSpeed":"100","errorCode":"0","errorMessage":""}}"#,
                #"{"id":"fetchctl","jsonrpc":"2.0","result":[[{"gid":"0123456789abcdef","status":"error","errorCode":"22"}],{"code":1,"message":"GID x is not found"}]}"#,
                #"{"id":"fetchctl","jsonrpc":"2.0","error":{"code":1,"message":"Unauthorized"}}"#,
                #"{"result":[{"uri":"http://a.example/x?y","status":"used"}]}"#,
                #"{"result":[{"servers":[{"uri":"http://a.example/x","currentUri":"http://b.example/x","downloadSpeed":"5"}]}]}"#,
                #"{"result":{"version":"1.36.0","enabledFeatures":["HTTPS"]}}"#, #"{"result":"0123456789abcdef"}"#,
            ]
        ) { bytes in
            let data = Data(bytes)
            func decode<Value: Decodable>(_ type: Value.Type) -> Value? { try? JSONDecoder().decode(type, from: data) }
            _ = decode(RPCReply<Aria2Status>.self)?.result?.fault
            _ = decode(RPCReply<[RPCBatchItem<Aria2Status>]>.self)
            _ = (decode(RPCReply<[Aria2URI]>.self), decode(RPCReply<[Aria2FileServers]>.self))
            _ = (decode(RPCReply<Aria2Version>.self), decode(RPCReply<Aria2GID>.self))
        },
        Decoder("bencode", ["d4:infod6:lengthi5e4:name1:a6:pieces3:abce8:intervali1ee", "li0ei-7e0:le", "d1:ad1:bd1:cleeee"]) { bytes in
            if let value = try? Bencode(decoding: bytes) { precondition(value.encoded == bytes, "a second form of one value") }
        },
        .text(
            "announce",
            ["info_hash=%01%02%03abcdefghijklmnopq&port=7703&left=5&event=started", "info_hash=aaaaaaaaaaaaaaaaaaaa&left=0&port=1&x="]
        ) { _ = Announce(query: $0) },
        .text(
            "aria2-output",
            ["11/21 17:00:00 [ERROR] CUID#7 - Download aborted. URI=http://h/x?sig=1", "  Exception: [x.cc:5] errorCode=22 URI=y\u{1b}[0m"]
        ) {
            _ = OutputTail.cleaned($0)
        },
        .text("aria2-conf", ["# c\nsplit=16\nmax-connection-per-server=16\ndisk-cache=64M\nmin-split-size=1M\nrpc-secret=x\n"]) {
            _ = try? Aria2Options(parsing: $0, fileName: "aria2.conf")
        },
        .text(
            "proc",
            [
                "123 (aria2c) S 1 123 123 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1",
                "  sl  local_address\n 0: 0100007F:1F90 00000000:0000 0A x x x 0 0 77",
            ]
        ) {
            _ = (ProcessStat(parsing: $0), LoopbackPort.listeners(in: $0, port: 8080))
        },
    ]
}
