import Foundation
import Queue
import TestSupport
import Testing

@Suite("The numbers of a queue's jobs")
struct NumberTests {
    @Test("are not given again where the kept one was set back", arguments: ["0", "1", "2\n", "", "x"])
    func setBack(kept: String) throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        for isEnded in [false, true, true] {
            let (added, lock) = try store.add { Fixture.record($0.value) }
            var record = added
            record.end(.done, code: 0, at: .now)
            if isEnded { try lock.finish(record) }
            withExtendedLifetime(lock) {}
        }
        try scratch.write(kept, to: "queue/highest")
        #expect(try store.add { Fixture.record($0.value) }.record.number.value == 4)
        try scratch.write("log", to: "queue/log/7.log")
        try scratch.write(kept, to: "queue/highest")
        #expect(try store.add { Fixture.record($0.value) }.record.number.value == 8)
    }
}
