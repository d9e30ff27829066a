import FetchTypes
import ModelReference
import Testing

/// Parses as the command would, with these endpoints in the environment and these paths on disk.
func parse(_ text: String, environment: [String: String] = [:], existing: Set<String> = []) throws -> ParsedReference {
    let endpoints = try ServiceEndpoints(environment: environment)
    return try ReferenceParser(endpoints: endpoints, pathExists: { existing.contains($0) }).parse(text)
}

/// The refusal of a text; the test fails when it is accepted.
func refusal(_ text: String, environment: [String: String] = [:], existing: Set<String> = []) throws -> Failure {
    try #require(throws: Failure.self) { try parse(text, environment: environment, existing: existing) }
}

/// A good text, what it means, and how it is shown when that is not as typed.
struct Good: CustomTestStringConvertible, Sendable {
    var text: String
    var reference: ModelReference
    var shown: String

    init(_ text: String, _ reference: ModelReference, shown: String? = nil) {
        self.text = text
        self.reference = reference
        self.shown = shown ?? text
    }

    var testDescription: String { text }

    func check(environment: [String: String] = [:]) throws {
        let parsed = try parse(text, environment: environment)
        #expect(parsed.reference == reference)
        #expect(parsed.shown == shown)
    }
}

/// A bad text, and the `why` and `do` that refuse it.
struct Bad: CustomTestStringConvertible, Sendable {
    var text: String
    var why: String
    var hint: String

    init(_ text: String, why: String, hint: String) {
        self.text = text
        self.why = why
        self.hint = hint
    }

    var testDescription: String { text }

    func check(existing: Set<String> = []) throws {
        let failure = try refusal(text, existing: existing)
        #expect(failure.kind == .usage)
        #expect(failure.code == .usage)
        #expect(failure.why == why)
        #expect(failure.hint == hint)
    }
}
