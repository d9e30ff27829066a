import FlyingSocks
import Foundation
import PracticeHub
import Testing

/// The server answers with other bytes, another range or another length than it should.
extension FaultTests {
    @Test("answers with a page")
    func html() async throws {
        let (answer, _, _) = try await answer(Fault(.html), headers: ["Range": "bytes=0-9"])
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type")?.hasPrefix("text/html") == true)
        #expect(answer.text.hasPrefix("<!DOCTYPE html>"))
    }

    @Test("flips one byte, in the answers that carry it only")
    func wrongBytes() async throws {
        let (hit, file, _) = try await answer(Fault(.wrongBytes, offset: 70_000), headers: ["Range": "bytes=69990-70009"])
        var expected = file.bytes(69_990..<70_010)
        expected[10] ^= 0xFF
        #expect(hit.body == expected)
        let (missed, _, _) = try await answer(Fault(.wrongBytes, offset: 70_000), headers: ["Range": "bytes=0-9"])
        #expect(missed.body == file.bytes(0..<10))
    }

    @Test("ignores a range")
    func ignoreRange() async throws {
        let (answer, file, _) = try await answer(Fault(.ignoreRange), headers: ["Range": "bytes=100-199"])
        #expect(answer.status == 200)
        #expect(answer.header("Content-Range") == nil)
        #expect(answer.body == file.data)
    }

    @Test(
        "moves a range by one byte and says so",
        arguments: [
            ("bytes=100-199", 101..<201), ("bytes=8388600-", 8_388_601..<8_388_608), ("bytes=8388607-", 8_388_606..<8_388_607),
            ("bytes=0-", 1..<8_388_608),
        ] as [(String, Range<Int64>)])
    func rangeOffByOne(header: String, range: Range<Int64>) async throws {
        let (answer, file, _) = try await answer(Fault(.rangeOffByOne), headers: ["Range": header])
        #expect(answer.status == 206)
        #expect(answer.header("Content-Range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
        #expect(answer.body == file.bytes(range))
    }

    @Test("declares another length than it sends, and closes")
    func lengths() async throws {
        let (short, file, _) = try await answer(Fault(.lengthTooShort, after: 3), headers: ["Range": "bytes=0-99"])
        #expect(short.header("Content-Length") == "97")
        #expect(short.body == file.bytes(0..<100))
        let (long, _, _) = try await answer(Fault(.lengthTooLong), headers: ["Range": "bytes=0-99"])
        #expect(long.header("Content-Length") == "101")
        #expect(long.body == file.bytes(0..<100))
    }

    @Test("sends chunks without a length")
    func noLength() async throws {
        let (answer, file, _) = try await answer(Fault(.noLength), headers: ["Range": "bytes=0-15"])
        #expect(answer.header("Content-Length") == nil)
        #expect(answer.header("Transfer-Encoding") == "chunked")
        #expect(answer.body == Data("10\r\n".utf8) + file.bytes(0..<16) + Data("\r\n0\r\n\r\n".utf8))
    }

    @Test("serves another content under another ETag from then on")
    func replaced() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            let before = try await HubClient.send("GET", url)
            await hub.addFault(Fault(.replaced, match: "small.bin"))
            let after = try await HubClient.send("GET", url)
            #expect(after.status == 200)
            #expect(after.body.count == before.body.count)
            #expect(after.body != before.body)
            #expect(after.header("ETag") != before.header("ETag"))
            let rest = try await HubClient.send("GET", url, headers: ["Range": "bytes=9-", "If-Range": before.header("ETag") ?? ""])
            #expect(rest.status == 200)
            #expect(rest.body == after.body)
        }
    }

    @Test("sends bytes shifted by one under the right header")
    func shiftedBytes() async throws {
        let (answer, file, _) = try await answer(Fault(.shiftedBytes), headers: ["Range": "bytes=100-199"])
        #expect(answer.header("Content-Range") == "bytes 100-199/\(size)")
        #expect(answer.body == file.bytes(101..<201))
        #expect(try await self.answer(Fault(.shiftedBytes)).0.body == file.data)
    }

    @Test("sends a range that is one byte short, and says so")
    func rangeTooShort() async throws {
        let (answer, file, _) = try await answer(Fault(.rangeTooShort), headers: ["Range": "bytes=100-199"])
        #expect(answer.header("Content-Range") == "bytes 100-198/\(size)")
        #expect(answer.body == file.bytes(100..<199))
        #expect(try await self.answer(Fault(.rangeTooShort), headers: ["Range": "bytes=7-7"]).0.body == file.bytes(7..<8))
    }

    @Test("packs the whole file, whatever was asked for")
    func gzip() async throws {
        let (answer, _, _) = try await answer(Fault(.gzip), headers: ["Range": "bytes=100-199", "Accept-Encoding": "identity"])
        #expect(answer.status == 200)
        #expect(answer.header("Content-Encoding") == "gzip")
        #expect(answer.header("Content-Length") == nil && answer.header("Content-Range") == nil)
        #expect(answer.body.count > size)
    }

    @Test("changes to another content within an answer")
    func mixed() async throws {
        let (answer, file, _) = try await answer(Fault(.mixed, after: 1000), headers: ["Range": "bytes=500-2499"])
        #expect(answer.body == file.bytes(500..<1500) + file.replaced.bytes(1500..<2500))
    }
}
