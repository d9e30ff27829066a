/// Why a line is left as it is: the words that follow "left:".
struct SkipReason: Error {
    let why: String

    init(_ why: String) { self.why = why }
}
