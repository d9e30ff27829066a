import FetchTypes
import Testing

@Suite("Work on all processors")
struct AllProcessorsTests {
    @Test("keeps the order of the values, however many there are", arguments: [0, 1, 2, 499, 500, 501, 10_001])
    func order(count: Int) {
        let values = Array(0..<count)
        #expect(AllProcessors.map(values) { $0 * 2 } == values.map { $0 * 2 })
        #expect(AllProcessors.parts(of: values, Array.init).flatMap(\.self) == values)
    }
}
