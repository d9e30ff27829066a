import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Work on thousands of values at once, on all processors of the machine.
package enum AllProcessors {
    /// Fewer values are worked on by the caller alone: waking the others would take longer.
    private static let fewest = 500
    /// More processors would wait for memory and for the file system.
    private static let most = 8

    /// Divides the values into a part for each processor, and returns what the parts come to, in their order. The caller waits.
    package static func parts<Value: Sendable, Part: Sendable>(
        of values: [Value], _ work: @Sendable (ArraySlice<Value>) -> Part
    ) -> [Part] {
        let count = values.count < fewest ? 1 : max(1, min(most, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        guard count > 1 else { return [work(values[...])] }
        let done = Mutex([Part?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let part = work(values[(values.count * number / count)..<(values.count * (number + 1) / count)])
            done.withLock { $0[number] = part }
        }
        return done.withLock { $0.compactMap(\.self) }
    }

    /// What each value comes to, in their order. The caller waits.
    package static func map<Value: Sendable, Result: Sendable>(_ values: [Value], _ work: @Sendable (Value) -> Result) -> [Result] {
        let done = parts(of: values) { $0.map(work) }
        return done.count == 1 ? done[0] : done.flatMap(\.self)
    }
}
