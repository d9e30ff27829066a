/// The downloads that `||` joins: each runs where the one before it has failed.
struct FallbackChain {
    /// The command before, where it is one download.
    private var last: (chain: Int?, place: Int)?
    private var behind = ""

    /// - Parameter first: where what the command fetches begins among what was noted.
    mutating func take(_ command: ShellCommand, from first: Int, in reading: inout Reading) {
        defer { behind = command.behind }
        let before = command.before == "||" && behind == "||" ? last : nil
        last = nil
        guard reading.fetched.count == first + 1, reading.fetched[first].download.downloads?.count == 1 else { return }
        if let before {
            let chain = before.chain ?? reading.beginChain(at: before.place)
            reading.continueChain(chain, at: first)
            last = (chain, first)
        } else {
            last = (nil, first)
        }
    }
}
