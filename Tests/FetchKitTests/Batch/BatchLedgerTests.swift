import Foundation
import Synchronization
import Testing
@testable import FetchKit

@Suite("The ledger of a batch") struct BatchLedgerTests {
    @Test("tells results one after the other in the order given, whichever thread settles them")
    func order() {
        let told = Mutex<[Int]>([])
        let ledger = Mutex<BatchLedger?>(nil)
        let made = BatchLedger(count: 3) { index, _ in
            if index == 0 {
                // The others are settled by another thread while the first is being told.
                let isDone = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    let ledger = ledger.withLock { $0 }
                    ledger?.settle(2, .finished)
                    ledger?.settle(1, .finished)
                    isDone.signal()
                }
                isDone.wait()
            }
            told.withLock { $0.append(index) }
        }
        ledger.withLock { $0 = made }
        made.settle(0, .finished)
        #expect(told.withLock { $0 } == [0, 1, 2])
        ledger.withLock { $0 = nil }
    }
}
