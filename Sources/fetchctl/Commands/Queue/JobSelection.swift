import FetchTypes
import Queue

/// `JOB…` as it is typed: numbers, or `all`.
enum JobSelection: Equatable {
    case numbers([JobNumber])
    case all

    /// - Throws: ``Failure`` with exit code 64.
    init(_ words: [String]) throws(Failure) {
        if words == ["all"] {
            self = .all
            return
        }
        guard !words.isEmpty else {
            throw Failure(
                .usage, "no job was named.", why: "a job is a number, or all of them: all.", hint: "see them with: fetchctl status")
        }
        var numbers: [JobNumber] = []
        for word in words {
            guard let number = JobNumber(word) else {
                throw Failure(
                    .usage, "\(word) is not a job.", why: word == "all" ? "all is given alone." : "a job is a number, or all of them: all.",
                    hint: "see them with: fetchctl status")
            }
            if !numbers.contains(number) { numbers.append(number) }
        }
        self = .numbers(numbers)
    }
}
