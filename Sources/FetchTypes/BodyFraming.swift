/// How the end of an answer's body is found (RFC 9112, 6.3).
package enum BodyFraming: Sendable, Equatable {
    /// By its transfer coding, whatever `Content-Length` says.
    case coded
    /// After that many bytes.
    case length(Int64)
    /// By the end of the connection.
    case connection

    /// The fields contradict each other or say what cannot be: nothing of the answer may be used.
    package struct Violation: Error, Sendable, Equatable {
        /// What is wrong, as part of a sentence.
        package var words: String
    }

    /// 2^50: no file is longer.
    private static let longest: Int64 = 1 << 50

    package init(_ headers: HTTPHeaders) throws(Violation) {
        if headers.all("Transfer-Encoding").contains(where: { !$0.allSatisfy(\.isWhitespace) }) {
            self = .coded
            return
        }
        var known: Int64?
        // A proxy may have joined several fields into one.
        for text in headers.all("Content-Length").flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            let digits = text.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard isNumber, text.filter({ $0 != " " && $0 != "\t" }).count == digits.count, let length = Int64(digits),
                length <= Self.longest
            else { throw Violation(words: "its Content-Length is not a number of bytes: \(text.prefix(40))") }
            if let known, known != length { throw Violation(words: "it gives two lengths for one answer, \(known) and \(length)") }
            known = length
        }
        self = known.map { .length($0) } ?? .connection
    }
}
