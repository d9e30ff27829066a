import FetchTypes
import ModelSources
import Queue
import Storage
import Subprocess
import Synchronization
import SystemPackage

/// Carries out the wishes that keys of `fetchctl watch` stand for, as the commands of the same names do.
struct WatchActions: Sendable {
    let store: QueueStore
    let context: Context

    /// - Returns: a message of one line; empty where the screen shows the result.
    func perform(_ wish: WatchWish) async -> PrintableText {
        let complaints = Complaints()
        let worker = QueueWorker(store, context) { text in complaints.add(text) }
        do {
            let said = try await perform(wish, worker)
            return said.isEmpty ? complaints.first : said
        } catch let failure as Failure {
            return "error: \(failure.message) \(failure.hint ?? "")"
        } catch {
            return "error: \(String(describing: error))"
        }
    }

    private func perform(_ wish: WatchWish, _ worker: QueueWorker) async throws -> PrintableText {
        switch wish {
        case .leave: return ""
        case .add(let reference): return try await add(reference)
        case .set(let wish, let number):
            guard let job = store.job(number) else { return "job \(number) has ended." }
            if wish == .resume, !job.isForeground { worker.give(to: [job]) }
            return try await set(wish, number, worker)
        case .move(let number, let place):
            guard let wish = store.wish(moving: number, to: place, in: store.list()) else { return "job \(number) is there already." }
            return try await set(wish, number, worker)
        case .retry(let number):
            guard let job = store.job(number) ?? store.history.jobs([number])[number] else { return "there is no job \(number)." }
            worker.give(to: [job])
            try await QueueControl(store: store).retry(job, at: store.lastPlace(of: store.list().jobs))
            if let now = store.job(number) { worker.start(for: [now]) }
            return "job \(number) is in the queue again."
        }
    }

    private func set(_ wish: JobWish, _ number: JobNumber, _ worker: QueueWorker) async throws -> PrintableText {
        let answer = try await QueueControl(store: store).wish(wish, for: number)
        if let now = store.job(number) { worker.start(for: [now]) }
        switch answer {
        case .done: return ""
        case .ended: return "job \(number) has ended."
        case .asked: return "job \(number) was asked, and its process has not answered yet."
        }
    }

    /// In a process of its own: it is checked and recorded as when it is typed in a shell. The reference goes through standard input,
    /// because a command line can be read by others.
    private func add(_ reference: String) async throws -> PrintableText {
        let result = try await Subprocess.run(
            .path(FilePath("/proc/self/exe")), arguments: ["add", "-i", "-", "--detach"], environment: .inherit,
            input: .string(reference + "\n"), output: .string(limit: 4096), error: .string(limit: 65536))
        guard result.terminationStatus.isSuccess else {
            let lines = result.standardError.split(separator: "\n")
            return "\(lines.first { $0.hasPrefix("error:") }.map(String.init) ?? "error: it was not added.")"
        }
        return "added: job \(result.standardOutput.filter(\.isNumber))"
    }

    /// What the worker's client could not do.
    private final class Complaints: Sendable {
        private let texts = Mutex<[PrintableText]>([])
        func add(_ text: PrintableText) { texts.withLock { $0.append(text) } }
        var first: PrintableText { texts.withLock { $0.first?.lines.first } ?? "" }
    }
}
