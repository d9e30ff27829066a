import Dispatch
import Foundation
import Glibc
import Synchronization

/// Mutated examples without a fuzzing engine. The input that is read is in a mapped file, so that it is still there when
/// the process has trapped; one that takes longer than a second ends the process.
struct SeededLoop {
    let decoder: Decoder
    let seed: UInt64
    let inputs: Int
    /// The file for the input that is being read: 4 bytes of length, little-endian, then the input.
    let saved: String

    func run() {
        let size = 4 + Mutator.longest
        let descriptor = open(saved, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
            let map = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), map != MAP_FAILED
        else {
            print("\(saved) cannot be written")
            exit(73)
        }
        let begun = SharedCounter()
        watch(begun)
        var mutator = Mutator(seed: seed, seeds: decoder.seeds)
        let start = ContinuousClock.now
        for _ in 0..<inputs {
            let input = mutator.input()
            map.storeBytes(of: UInt32(input.count).littleEndian, as: UInt32.self)
            input.withUnsafeBytes { if !$0.isEmpty { (map + 4).copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
            begun.increment()
            decoder.read(input)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let megabytes = peak
        print("\(decoder.name): \(inputs) inputs in \(Int(seconds.rounded(.up))) s, \(megabytes) MB at most")
        unlink(saved)
        guard megabytes <= 256 else {
            print("that is more than 256 MB")
            exit(1)
        }
    }

    /// Megabytes of memory at most so far, from `/proc/self/status`.
    private var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 / 1024 } ?? 0
    }

    /// Aborts when no new input has begun for two looks a second apart.
    private func watch(_ begun: SharedCounter) {
        Thread.detachNewThread {
            var last = -1
            while true {
                sleep(1)
                let now = begun.value
                if now == last {
                    print("an input takes longer than a second")
                    abort()
                }
                last = now
            }
        }
    }
}

/// How many inputs have begun, for the thread that watches.
final class SharedCounter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
