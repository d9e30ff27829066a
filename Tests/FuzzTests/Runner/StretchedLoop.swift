import Glibc

/// Long inputs in which one stretch comes again and again: they show work that grows faster than the input.
struct StretchedLoop {
    let decoder: Decoder
    let seed: UInt64
    let inputs: Int
    /// Bytes of an input, about.
    let length: Int

    /// - Returns: false when an input took longer than a second of processor time; the slowest is printed.
    func run() -> Bool {
        var mutator = Mutator(seed: seed, seeds: decoder.seeds)
        var slowest = (seconds: 0.0, input: [UInt8]())
        for _ in 0..<inputs {
            let input = mutator.stretched(to: length)
            let start = clock()
            decoder.read(input)
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            if seconds >= slowest.seconds { slowest = (seconds, input) }
        }
        let shown = String(decoding: slowest.input.prefix(160), as: UTF8.self).debugDescription
        print("\(decoder.name): \(inputs) inputs of \(length) bytes, slowest \(slowest.seconds) s: \(shown)")
        return slowest.seconds <= 1
    }
}
