import FetchTypes
import Server
import Testing

@testable import Fleet

@Suite struct FleetSecretTests {
    private static let text = "0123456789abcdef"

    @Test(arguments: ["", "short", "123456789012345", "  12345678  \n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"])
    func aShortSecretIsRefused(text: String) throws {
        let failure = try #require(throws: Failure.self) { try FleetSecret(text: text) }
        #expect(failure.code == .usage)
    }

    @Test func itIsNotPrinted() throws {
        let secret = try FleetSecret(text: Self.text)
        var dumped = ""
        dump(secret, to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), dumped] { #expect(!shown.contains("0123") && shown.contains("<secret>")) }
    }

    @Test func surroundingLineEndsAreIgnored() throws {
        let (plain, padded) = (try FleetSecret(text: Self.text), try FleetSecret(text: " \(Self.text)\r\n"))
        #expect(plain.code("request", over: [1]) == padded.code("request", over: [1]))
        #expect(plain.code("answer", over: [1]) != padded.code("request", over: [1]))
    }

    @Test func readsTheFileOrTheEnvironment() throws {
        let environment = ["FETCHCTL_FLEET_SECRET": Self.text]
        _ = try FleetSecret.read(option: nil, environment: environment, readFile: { _ in nil })
        _ = try FleetSecret.read(option: "@f", environment: [:], readFile: { $0 == "f" ? Array(Self.text.utf8) : nil })
        for (option, environment) in [(nil, [:]), (nil, ["FETCHCTL_FLEET_SECRET": ""]), ("@f", environment), ("@", environment)] {
            let failure = try #require(throws: Failure.self) {
                try FleetSecret.read(option: option, environment: environment, readFile: { _ in nil })
            }
            #expect(failure.code == .usage)
        }
        let failure = try #require(throws: Failure.self) {
            try FleetSecret.read(option: Self.text, environment: [:], readFile: { _ in nil })
        }
        #expect(failure.code == .usage && !failure.description.contains(Self.text))
    }

    @Test func bytesThatAreNoTextCountAsTheyAre() throws {
        func read(_ bytes: [UInt8]) throws -> FleetSecret {
            try FleetSecret.read(option: "@f", environment: [:], readFile: { _ in bytes })
        }
        let (ours, theirs) = (try read(Array(0xC0...0xDF)), try read(Array(0xE0...0xFF)))
        #expect(ours.code("request", over: [1]) != theirs.code("request", over: [1]))
        // As text in UTF-8 these would be more than 16 bytes.
        let failure = try #require(throws: Failure.self) { try read(Array(repeating: 0xFF, count: 15)) }
        #expect(failure.code == .usage)
    }

    @Test func sealedBytesOpenWithTheSameSecretAndContextOnly() throws {
        let (ours, theirs) = (try FleetSecret(text: Self.text), try FleetSecret(text: Self.text + "!"))
        let sealed = try #require(ours.seal([1, 2, 3], context: "a"))
        #expect(ours.open(sealed, context: "a") == [1, 2, 3])
        #expect(ours.open(sealed, context: "b") == nil)
        #expect(theirs.open(sealed, context: "a") == nil)
        #expect(ours.open(sealed.dropLast() + [sealed.last! ^ 1], context: "a") == nil)
        #expect(ours.open([], context: "a") == nil)
    }

    @Test func saltsDiffer() throws {
        let manifests = try [1, 2].map { try FleetManifest(files: [FleetFile(name: "a", size: $0)], members: 1) }
        let secrets = [try FleetSecret(text: Self.text), try FleetSecret(text: Self.text + "!")]
        let salts = secrets.flatMap { secret in manifests.map { secret.salt(for: $0) } }
        #expect(Set(salts).count == 4 && salts.allSatisfy { $0.count == 32 })
    }

    @Test(
        arguments: [
            ([1, 2, 3], [true, true, true]), ([1, 1], [true, false]), ([0], [false]), ([5, 3, 4, 3, 5], [true, true, true, false, false]),
            ([100, 37, 36, 37], [true, true, false, false]), ([UInt64.max, 1], [true, false]),
            ([1, 200, 137, 136], [true, true, true, false]),
        ] as [([UInt64], [Bool])])
    func acceptsEachCounterOnce(counters: [UInt64], taken: [Bool]) {
        var window = ReplayWindow()
        #expect(counters.map { window.take($0) } == taken)
    }
}
