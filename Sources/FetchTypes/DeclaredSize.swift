/// A size as a server states it: it may be missing, and it may be impossible.
package enum DeclaredSize: Sendable, Hashable {
    /// Nothing is said, or nothing that is a number.
    case unknown
    case known(ByteCount)
    /// The number as it was written: negative, above 2^50, or not whole.
    case impossible(String)

    package init(_ number: Int64) { self = ByteCount(number).map(Self.known) ?? .impossible(String(number)) }

    /// From a number that may have a fraction or be out of `Int64`'s range.
    package init(_ number: Double) { self = ByteCount(exactly: number).map(Self.known) ?? .impossible("\(number)") }

    /// From text, as header fields carry it: nothing but digits, or a sign before them, is a number.
    package init(text: some StringProtocol) {
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            self = .unknown
            return
        }
        self = ByteCount(decimal: text).map(Self.known) ?? .impossible(String(text))
    }

    /// The size, where a wrong one may be passed over.
    package var count: ByteCount? { if case .known(let count) = self { count } else { nil } }

    /// The size, where one that nothing has is the end.
    /// - Parameters:
    ///   - who: who states it, as a person reads it.
    ///   - what: of what; no signing query.
    /// - Throws: ``Failure`` of kind `server`.
    package func checked(_ who: String, of what: String) throws(Failure) -> ByteCount? {
        guard case .impossible(let text) = self else { return count }
        throw Failure(
            .server, "\(who) gives \(what) a size of \(text.prefix(40)) bytes.",
            why: "no file has a negative size or more than 2^50 bytes (1 PiB).",
            hint: "tell its operator, or try again later.")
    }
}
