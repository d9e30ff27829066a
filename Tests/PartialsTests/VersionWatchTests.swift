import FetchTypes
import Testing
@testable import Partials

@Suite("Version watch") struct VersionWatchTests {
    private static let monday = "Mon, 05 Jan 2026 10:00:00 GMT"
    private static let tuesday = "Tue, 06 Jan 2026 10:00:00 GMT"

    static let versions: [(hashDecides: Bool, answer: Validators, isChange: Bool)] = [
        (false, Validators(etag: "\"v1\"", host: "a"), false), (false, Validators(etag: "\"v2\"", host: "a"), true),
        (false, Validators(etag: "\"v2\"", host: "b"), true), (false, Validators(etag: "W/\"v2\"", host: "a"), true),
        (false, Validators(etag: "W/\"v1\"", host: "b"), false), (false, Validators(lastModified: tuesday, host: "a"), true),
        (false, Validators(lastModified: tuesday, host: "b"), true), (false, Validators(host: "a"), false),
        (true, Validators(etag: "\"v2\"", host: "a"), true), (true, Validators(etag: "\"v2\"", host: "b"), false),
        (true, Validators(etag: "W/\"v2\"", host: "a"), false), (true, Validators(lastModified: tuesday, host: "a"), false),
    ]

    @Test("Validators decide about the next answer, unless a published hash will", arguments: versions)
    func watch(hashDecides: Bool, answer: Validators, isChange: Bool) {
        let first = Validators(etag: "\"v1\"", lastModified: Self.monday, host: "a")
        var watch = VersionWatch(first)
        #expect((watch.compare(answer, hashDecides: hashDecides) != nil) == isChange)
        if isChange { #expect(watch.known == first) }
    }

    @Test("A Last-Modified that always equals Date is ignored after two restarts")
    func clock() {
        func answer(_ second: Int, isNow: Bool = true) -> Validators {
            let date = "Mon, 05 Jan 2026 10:00:\(10 + second) GMT"
            let sent = isNow ? date : "Mon, 05 Jan 2026 11:00:00 GMT"
            return Validators(HTTPResponse(status: 206, headers: HTTPHeaders([("Last-Modified", date), ("Date", sent)])), from: "a")
        }
        for isNow in [true, false] {
            var watch = VersionWatch()
            var changes = 0
            for second in 0..<40 where watch.compare(answer(second, isNow: isNow), hashDecides: false) != nil {
                changes += 1
                watch.forget()
            }
            #expect(changes == (isNow ? 2 : 20))
        }
    }
}
