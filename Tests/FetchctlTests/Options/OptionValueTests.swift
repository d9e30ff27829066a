import ArgumentParser
import FetchTypes
import Testing

@testable import fetchctl

@Suite("A value of an option")
struct OptionValueTests {
    @Test(
        "that is none gets its name, what is valid, and an example that is",
        arguments: [
            ("--engine", "torrent"), ("--connections", "65"), ("--jobs", "0"), ("--retries", "two"), ("--stop-with-process", "0"),
            ("--limit-rate", "fast"), ("--timeout", "1e9"), ("--wait", "soon"), ("--sha256", "abc"), ("--only", "hf,ftp"),
            ("--layout", "flat"), ("--type", "model"), ("--sidecar", "txt"),
            ("--fleet", "tcp://box"), ("--fleet-size", "0"), ("--fleet-rank", "1024"), ("--fleet-port", "65536"),
            ("--fleet-interface", "eth0"), ("--fleet-linger", "long"),
        ])
    func refused(name: String, value: String) throws {
        let failure = try refusal([name, value])
        #expect(failure.message == "\(name) \(value) is not usable.")
        #expect(failure.code == .usage)
        let example = try #require(failure.hint?.dropFirst("for example: ".count).split(separator: " ").map(String.init))
        #expect(example.first == name)
        _ = try AddOptions.parse(["org/name"] + example)
        let missing = try refusal([name])
        #expect(missing.message == "\(name) has no value.")
        #expect(missing.hint == failure.hint)
    }

    @Test("may be glued to a short name", arguments: [["-x16", "-j8"], ["-x", "16", "-j", "8"], ["--connections=16", "--jobs=8"]])
    func glued(words: [String]) throws {
        let options = try AddOptions.parse(["org/name"] + words)
        #expect(options.connections?.value == 16)
        #expect(options.jobs?.value == 8)
    }

    @Test("of an input file is refused with the same words")
    func inputLine() throws {
        #expect(throws: Failure.self) { try Truth.read("maybe", after: "optional=") }
        #expect(Truth.refusal(of: "maybe", after: "optional=").hint == "for example: optional=true")
        #expect(try SHA256Text.read(String(repeating: "A", count: 64), after: "sha256=").digest.hex == String(repeating: "a", count: 64))
        #expect(TransferRate(argument: "0")?.limit == nil)
        #expect(TransferRate(argument: "20M")?.limit?.bytes == 20 << 20)
    }

    private func refusal(_ words: [String]) throws -> Failure {
        let arguments = ["add", "org/name"] + words
        do {
            _ = try Fetchctl.parseAsRoot(arguments)
        } catch {
            return Commands.usageFailure(Fetchctl.message(for: error), arguments)
        }
        throw NothingRefused()
    }

    private struct NothingRefused: Error {}
}
