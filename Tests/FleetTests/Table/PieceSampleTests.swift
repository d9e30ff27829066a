import Testing

@testable import Fleet

@Suite struct PieceSampleTests {
    private func answer(_ rank: Int, _ kind: UInt8) -> PieceSample.Answer {
        PieceSample.Answer(rank: rank, sha1: Array(repeating: kind, count: 20))
    }

    @Test func answersOfExcludedMembersDoNotCount() {
        var sample = PieceSample(file: 0, segment: 0, piece: 0, isEarly: true, hashed: answer(0, 1))
        #expect(sample.add(answer(1, 2)) == nil)
        sample.renumber(1, to: 5)
        #expect(sample.isDisputed && sample.hasAnswer(from: 5) && !sample.hasAnswer(from: 1))
        sample.dropAnswer(of: 5)
        #expect(!sample.isDisputed)
        #expect(sample.add(answer(2, 3)) == nil)
        #expect(sample.add(answer(3, 3)) == [0])
        #expect(!sample.isExhausted)
        #expect(sample.add(answer(4, 4)) == nil)
        #expect(sample.isExhausted)
    }
}
