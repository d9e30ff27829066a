import FetchTypes

/// Hints of failures that `link` shares with `add`: it has fewer options, and names none that it lacks.
enum LinkHint {
    private static let options: Set<String> = ["--layout", "-d", "--dir", "--type", "--symlink", "--copy", "--dry-run", "--json"]

    static func fitted(_ failure: Failure) -> Failure {
        guard let hint = failure.hint, let lacking = lacking(in: hint) else { return failure }
        var failure = failure
        failure.hint =
            failure.kind == .exists
            ? "move it away, or choose another folder with -d DIR."
            : "use fetchctl add, which has \(lacking), and link the file that it fetched."
        return failure
    }

    /// The first option in a hint that `link` lacks; those of another command's line are not its own.
    private static func lacking(in hint: String) -> String? {
        let own = hint.firstRange(of: "fetchctl ").map { hint[..<$0.lowerBound] } ?? hint[...]
        let words = own.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
        return words.first { word in word.hasPrefix("-") && word.drop { $0 == "-" }.first?.isLetter == true && !options.contains(word) }
    }
}
