import ArgumentParser
import FetchTypes
import Queue
import Storage

/// `fetchctl log`: what a job has said.
struct LogCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show the log of a job.",
        discussion: """
            Examples:
              fetchctl log 7
              fetchctl log 7 --follow
            """)

    @Argument(help: ArgumentHelp("The job's number.", valueName: "job"))
    var job: String
    @Flag(name: [.customShort("f"), .long], help: "Follow the log until the job has ended.")
    var follow = false

    func run(_ context: Context) async throws -> Int32 {
        guard case .numbers(let numbers) = try JobSelection([job]), let number = numbers.first else {
            throw Failure(
                .usage, "all is not a job here.", why: "a log is one job's.", hint: "give a number; see them with: fetchctl status")
        }
        let view = try QueueView(context)
        _ = try view.jobs(.numbers([number])) { _ in [] }
        view.worker.start(for: view.jobs)
        var shown = 0
        while true {
            // Asked first: what it says last is written before it ends.
            let isOpen = follow && view.store.job(number).map { !$0.state.isEnded } ?? false
            shown = show(view.store.folder.log(number), from: shown)
            if !isOpen { return 0 }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// - Returns: bytes that have been shown.
    private func show(_ path: String, from start: Int) -> Int {
        guard let bytes = Disk.contents(path, onlyFiles: true), bytes.count > start,
            // Whole lines: half a character might end here.
            let end = bytes.lastIndex(of: UInt8(ascii: "\n")), end >= start
        else { return start }
        var text = OutputText(lines: String(decoding: bytes[start...end], as: UTF8.self))
        text.isProse = true
        Terminal.write(text)
        return end + 1
    }
}
