import TestSupport
import Testing
@testable import Storage

@Suite("Copying a large file") struct FileCopyTests {
    @Test("Copies of several machines to one target do not mix")
    func copies() async throws {
        let scratch = try Scratch()
        for index in 0..<8 { try scratch.write([UInt8](repeating: UInt8(index), count: 3_000_000), to: "from\(index)") }
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                group.addTask { try await FileCopy(source: scratch("from\(index)"), target: scratch("model.bin")).run() }
            }
            try await group.waitForAll()
        }
        let bytes = try #require(scratch.bytes("model.bin"))
        #expect(bytes.count == 3_000_000 && Set(bytes).count == 1)
        #expect(scratch.names().count == 9)
    }
}
