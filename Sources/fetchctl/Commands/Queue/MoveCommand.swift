import ArgumentParser
import FetchTypes
import Queue

/// `fetchctl move`: changes a job's place in the queue.
struct MoveCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Change a job's place in the queue.",
        discussion: """
            Examples:
              fetchctl move 7 first
              fetchctl move 7 up
              fetchctl move 7 before 3
            """)

    @Argument(
        help: ArgumentHelp("The job's number; then first, last, up, down, or before and another job's number.", valueName: "job> <place"))
    var words: [String] = []

    func run(_ context: Context) async throws -> Int32 {
        let (number, place) = try understood()
        let view = try QueueView(context)
        let job = try view.jobs(.numbers([number])) { _ in [] }[0]
        if case .before(let other) = place, view.listing[other] == nil {
            if view.store.history.jobs([other]).isEmpty { throw view.unknown(other) }
            throw Failure(
                .usage, "job \(other) has ended, so nothing comes before it.", why: "only jobs of the queue have places.",
                hint: "see them with: fetchctl status")
        }
        let wish = view.store.wish(moving: number, to: place, in: view.listing)
        return try await JobControl.run(view, [job]) { _ in wish }
    }

    private func understood() throws(Failure) -> (JobNumber, JobPlace) {
        let plain: [String: JobPlace] = ["first": .first, "last": .last, "up": .up, "down": .down]
        if let first = words.first, let number = JobNumber(first) {
            if words.count == 2, let place = plain[words[1]] { return (number, place) }
            if words.count == 3, words[1] == "before", let other = JobNumber(words[2]) { return (number, .before(other)) }
        }
        throw Failure(
            .usage, "\(words.isEmpty ? "no job was named" : words.joined(separator: " ") + " is no move").",
            why: "a move is a job's number, then first, last, up, down, or before and another number.",
            hint: "for example: fetchctl move 7 first")
    }
}
