import TestSupport
import Testing
import Transfer

@testable import FetchKit

@Suite("The items of a batch") struct BatchItemsTests {
    private func file(_ name: String) -> PlannedFile { plannedFile(name, in: "/models") }

    @Test("A file that another request downloads is not downloaded twice")
    func repeated() {
        var items = BatchItems()
        items.addNeeded(file("a"), of: 0)
        items.addNeeded(file("a"), of: 1)
        items.addNeeded(file("b"), of: 1)
        #expect(items[.needed].map(\.request) == [0, 1] && items[.needed].map(\.file.name) == ["a", "b"])
        #expect(items[.repeated].map(\.request) == [1] && items.isTaken(file("b")) && !items.isTaken(file("c")))
    }

    @Test("A request that fails leaves its files to others and keeps what was present")
    func drop() {
        var items = BatchItems()
        items.addPresent(file("p"), of: 0)
        items.addNeeded(file("a"), of: 0)
        items.drop(0)
        #expect(!items.lastRequest(0, has: .needed) && items.lastRequest(0, has: .present) && !items.isTaken(file("a")))
        items.addNeeded(file("a"), of: 1)
        #expect(items[.needed].map(\.request) == [1])
    }

    @Test("Without room nothing is downloaded, and the requests concerned are named in order")
    func dropAll() {
        var items = BatchItems()
        items.addNeeded(file("a"), of: 2)
        items.addNeeded(file("a"), of: 1)
        items.addPresent(file("p"), of: 0)
        #expect(items.dropAll() == [1, 2])
        #expect(items[.needed].isEmpty && items[.repeated].isEmpty && items[.present].count == 1)
    }
}
