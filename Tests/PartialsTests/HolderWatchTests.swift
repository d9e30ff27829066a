import FetchTypes
import Foundation
import TestSupport
import Testing
@testable import Partials
@testable import Storage

@Suite("The watch over a partial's owner", .timeLimit(.minutes(1))) struct HolderWatchTests {
    private let scratch: Scratch
    private let names: PartialNames

    init() throws {
        scratch = try Scratch()
        names = PartialNames(target: scratch("model.bin"))
    }

    /// Leaves a claim that was confirmed 90 s ago.
    private func leave(_ text: String) throws -> HolderWatch.Signs {
        try scratch.write(text, to: "model.bin.fetchctl-part.claim")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -90)], ofItemAtPath: names.claim)
        return HolderWatch.Signs(names, nil)
    }

    @Test("takes a pause between its own looks not for the owner's silence, and waits a minute then")
    func pause() throws {
        let signs = try leave("another\nb\n77\n5\n")
        let start = ContinuousClock.now
        var steady = HolderWatch(names, now: start)
        let isFree = steady.isFree(signs, .granted, now: start + .seconds(4))
        #expect(isFree)
        var paused = HolderWatch(names, now: start)
        // After another pause nothing that was seen before counts.
        for second in Array(stride(from: 100, through: 164, by: 4)) + [300] {
            let isFree = paused.isFree(signs, .granted, now: start + .seconds(second))
            #expect(isFree == (second == 164), "\(second)")
        }
    }

    @Test("asks the file system for the time by a file at most every 10 s")
    func probes() throws {
        let signs = try leave("another\nb\n77\n5\n")
        let start = ContinuousClock.now
        var watch = HolderWatch(names, now: start)
        let past = Date(timeIntervalSince1970: 1_000_000)
        for (second, isMade) in [(0, true), (4, false), (8, false), (12, true), (16, false)] {
            try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: scratch.path)
            let isFree = watch.isFree(signs, .granted, now: start + .seconds(second))
            #expect(isFree)
            let changed = try #require(Disk.status(scratch.path)).modified != 1_000_000_000_000_000
            #expect(changed == isMade, "\(second)")
        }
    }

    @Test("asks for a process in its own PID namespace only", arguments: [("", true), (ThisProcess.namespace, true), ("pid:[1]", false)])
    func namespace(_ namespace: String, isOurs: Bool) throws {
        let boot = namespace.isEmpty ? ThisProcess.boot : ThisProcess.boot + " " + namespace
        try scratch.write("\(ThisProcess.host)\n\(boot)\n\(1 << 22)\n5\n", to: "model.bin.fetchctl-part.claim")
        let signs = HolderWatch.Signs(names, nil)
        var watch = HolderWatch(names)
        for (lock, isFree) in [(OpenFile.LockAnswer.unsupported, isOurs), (.granted, true), (.held, false)] {
            let answer = watch.isFree(signs, lock)
            #expect(answer == isFree, "\(lock)")
        }
    }
}
