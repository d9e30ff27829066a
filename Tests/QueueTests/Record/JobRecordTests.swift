import Events
import FetchTypes
import JSONText
import Queue
import Testing

@Suite("A job's record")
struct RecordTests {
    @Test("is read as it was written")
    func roundTrip() throws {
        for record in [Fixture.record(1), try Fixture.whole()] {
            #expect(ReadRecord(Fixture.bytes(record), number: record.number) == .record(record))
        }
        #expect(ReadRecord(Fixture.bytes(Fixture.record(1)), number: JobNumber(2)) == .damaged)
    }

    @Test("of every length but its own is damaged, and no byte that is changed stops the reader")
    func damage() throws {
        let bytes = Fixture.bytes(try Fixture.whole())
        for length in 0..<bytes.count { #expect(ReadRecord(Array(bytes[..<length]), number: nil) == .damaged) }
        for place in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x7b, 0xff, 0x39] {
                var other = bytes
                other[place] = byte
                _ = ReadRecord(other, number: nil)
            }
        }
    }

    private static func with(_ field: String, _ value: String) -> String {
        let plain = Fixture.record(1).json.line
        guard let start = plain.firstRange(of: "\"\(field)\":") else {
            return plain.replacing("{\"version\"", with: "{\"\(field)\":\(value),\"version\"", maxReplacements: 1)
        }
        let rest = plain[start.upperBound...]
        let end = rest.firstRange(of: ",\"")?.lowerBound ?? rest.endIndex
        return plain[..<start.upperBound] + value + plain[end...]
    }

    @Test(
        "with a value that cannot be is damaged",
        arguments: [
            ("job", "0"), ("job", "-1"), ("job", "1.5"), ("job", "99999999999999999999"), ("job", "\"1\""), ("state", "\"asleep\""),
            ("state", "\"scheduled\""),
            ("state", "\"done\""), ("dir", "\"relative\""), ("dir", "\"/a\\u0000b\""), ("created", "-5"), ("created", "1e400"),
            ("created", "1e300"),
            ("created", "\"now\""), ("code", "256"), ("code", "-1"), ("window", "\"25:00-26:00\""), ("limit_rate", "-1"),
            ("limit_rate", "1152921504606846976"),
            ("ended", "5"), ("pid", "0"), ("refs", "[1]"), ("refs", "{}"), ("order", "\"x\""), ("hook_done", "1"),
            ("progress", "{\"received\":-1}"), ("progress", "{\"files\":[{\"path\":\"x\",\"state\":\"done\"}]}"),
            ("progress", "{\"renewals\":1e9}"),
            ("error", "{\"kind\":\"boredom\",\"message\":\"\"}"), ("extra", String(repeating: "[", count: 100_000)), ("version", "0"),
            ("version", "-1"),
        ])
    func wrongValues(field: String, value: String) {
        #expect(ReadRecord(Array(Self.with(field, value).utf8), number: nil) == .damaged)
    }

    @Test(
        "of a newer form is told from a damaged one",
        arguments: [
            ("{\"version\":2}", ReadRecord.newer(version: 2)),
            ("{\"job\":1,\"state\":\"asleep\",\"version\":9,\"x\":[{}]}", .newer(version: 9)),
            ("{\"version\":2", .damaged), ("{\"version\":\"2\"}", .damaged), ("{}", .damaged), ("[]", .damaged), ("", .damaged),
            ("null", .damaged),
        ])
    func newer(text: String, expected: ReadRecord) { #expect(ReadRecord(Array(text.utf8), number: nil) == expected) }

    @Test("may have members that are not known, and null for none")
    func unknownMembers() {
        #expect(ReadRecord(Array(Self.with("later", "{\"a\":[null,true,1e5,\"x\"]}").utf8), number: nil) == .record(Fixture.record(1)))
        #expect(ReadRecord(Array(Self.with("window", "null").utf8), number: nil) == .record(Fixture.record(1)))
    }

    @Test("keeps of the environment what the job needs, and no secret")
    func environment() {
        let all = [
            "HTTPS_PROXY": "http://proxy:3128", "http_proxy": "http://user:pw@proxy:3128", "all_proxy": "user:pw@proxy", "HF_TOKEN": "hf_x",
            "HF_HOME": "/h", "HF_ENDPOINT": "https://mirror",
            "FETCHCTL_CIVITAI_ENDPOINT": "http://u:p@host", "CIVITAI_API_TOKEN": "t", "FETCHCTL_SERVER_TOKEN": "fcs_x",
            "FETCHCTL_FLEET_SECRET": "s", "FETCHCTL_JOBS": "9",
            "FETCHCTL_STATE_DIR": "/s", "FETCHCTL_CONNECTIONS": "3", "SSL_CERT_FILE": "/c", "EDITOR": "vi", "AWS_SECRET_ACCESS_KEY": "k",
            "HOME": "/home/me", "HF_TOKEN_PATH": "/t",
        ]
        #expect(
            Set(JobEnvironment.kept(all).keys) == [
                "HTTPS_PROXY", "HF_HOME", "HF_ENDPOINT", "FETCHCTL_CONNECTIONS", "SSL_CERT_FILE", "HOME", "HF_TOKEN_PATH",
            ])
        #expect(
            Set(JobEnvironment.secrets(all).keys) == [
                "http_proxy", "all_proxy", "HF_TOKEN", "FETCHCTL_CIVITAI_ENDPOINT", "CIVITAI_API_TOKEN",
            ])
    }
}

@Suite("Requests to change a job")
struct WishTests {
    @Test(
        "change what is not so yet, once",
        arguments: [
            (JobState.queued, JobWish.pause, JobState.paused), (.running, .pause, .paused), (.paused, .pause, .paused),
            (.paused, .resume, .queued),
            (.queued, .resume, .queued), (.running, .resume, .running), (.queued, .cancel(deletes: false), .cancelled),
            (.running, .cancel(deletes: true), .cancelled),
            (.paused, .cancel(deletes: false), .cancelled), (.done, .cancel(deletes: true), .done), (.failed, .resume, .failed),
            (.done, .pause, .done),
        ])
    func states(from: JobState, wish: JobWish, to: JobState) {
        var record = Fixture.record(1)
        if from.isEnded { record.end(from, code: 0, at: .now) } else { record.state = from }
        let written = WrittenWish(wish)
        #expect(record.apply([written], at: .now) == (from == to ? [] : [wish]))
        #expect(record.state == to)
        #expect(record.apply([written], at: .now).isEmpty)
        if to == .cancelled { #expect(record.code == 130 && record.ended != nil && record.deletes == (wish == .cancel(deletes: true))) }
    }

    @Test("are taken in again when they are written again")
    func again() {
        var record = Fixture.record(1)
        record.apply([WrittenWish(.pause)], at: .now)
        record.apply([WrittenWish(.resume)], at: .now)
        record.apply([WrittenWish(.pause)], at: .now)
        #expect(record.state == .paused)
    }
}
