import Foundation
import Glibc

// One decoder, many inputs. `scripts/fuzz` calls it and says how; with FUZZ_ENGINE it is libFuzzer that makes the inputs.

let words = CommandLine.arguments.dropFirst()
guard let name = words.first else {
    for decoder in Decoder.all { print(decoder.name, decoder.share) }
    exit(0)
}
guard let decoder = Decoder.all.first(where: { $0.name == name }) else {
    print("there is no decoder \(name)")
    exit(64)
}

/// Reads whole files, each as one input, and ends with 1 after one that takes longer than a second.
func repeatInputs(_ files: some Sequence<String>, _ decoder: Decoder) {
    for file in files {
        guard let data = FileManager.default.contents(atPath: file) else {
            print("\(file) cannot be read")
            exit(66)
        }
        let start = clock()
        decoder.read(Array(data))
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        print("\(file): read without a trap in \(seconds) s of processor time")
        if seconds > 1 { exit(1) }
    }
}

switch words.dropFirst().first {
case "corpus":
    // The examples as files: DIR/0, DIR/1, …
    let folder = words.dropFirst(2).first ?? "."
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, seed) in decoder.seeds.enumerated() { try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/\(index)")) }
case "repeat":
    repeatInputs(words.dropFirst(2), decoder)
case "stretched":
    let numbers = words.dropFirst(2).prefix(3).compactMap { Int($0) }
    guard numbers.count == 3 else {
        print("usage: fuzz DECODER stretched SEED INPUTS BYTES")
        exit(64)
    }
    exit(StretchedLoop(decoder: decoder, seed: UInt64(numbers[0]), inputs: numbers[1], length: numbers[2]).run() ? 0 : 1)
case "seeded":
    let numbers = words.dropFirst(2).prefix(2).compactMap { UInt64($0) }
    guard numbers.count == 2, let saved = words.dropFirst(4).first else {
        print("usage: fuzz DECODER seeded SEED INPUTS FILE")
        exit(64)
    }
    SeededLoop(decoder: decoder, seed: numbers[0], inputs: Int(numbers[1]), saved: saved).run()
default:
    #if FUZZ_ENGINE
        LibFuzzer.run(decoder, Array(words.dropFirst()))
    #else
        print("this was built without libFuzzer; use: fuzz DECODER seeded SEED INPUTS FILE")
        exit(64)
    #endif
}
