import ArgumentParser
import Curl
import Events
import FetchKit
import FetchTypes
import ModelSources
import Queue
import Storage
import Transfer
import Worker

/// Runs the `add` line of a job in the worker, as it would run where it was typed.
struct QueuedLine {
    let assignment: JobAssignment
    private var line: JobLine { assignment.record.line }

    /// What the line sees of the environment: what was kept of it, and what was given to the worker in memory.
    private var environment: [String: String] { line.environment.merging(assignment.secrets) { $1 } }

    /// Runs it to its end; cancelling the task ends it within moments.
    static func run(_ assignment: JobAssignment) async -> JobOutcome {
        let line = assignment.record.line
        let folderAndUmask = FolderAndUmask(folder: line.folder, mask: UInt32(line.umask))
        return await FolderAndUmask.$current.withValue(folderAndUmask) { await QueuedLine(assignment: assignment).run() }
    }

    private func run() async -> JobOutcome {
        let reporter = JobLogReporter(path: assignment.log)
        defer { reporter.close() }
        do {
            return try await fetch(reporter)
        } catch let failure as Failure {
            reporter.fail(failure)
            return JobOutcome(failure)
        } catch {
            let failure = Commands.usageFailure(AddCommand.message(for: error), ["add"])
            reporter.fail(failure)
            return JobOutcome(failure)
        }
    }

    private func fetch(_ reporter: JobLogReporter) async throws -> JobOutcome {
        guard Disk.followedStatus(line.folder)?.kind == .directory else {
            throw Failure(
                .exists, "the folder \(line.folder), where the job was added, is not there.", why: "relative paths lead nowhere.",
                hint: "make or mount it, then: fetchctl retry \(assignment.record.number)")
        }
        let typed = try AddCommand.parse(line.arguments).typed
        var loader = SettingsLoader(environment: environment)
        var settings = try loader.load()
        // Jobs are the worker's to count.
        settings.jobs = assignment.runtime.permits.limit
        for warning in loader.warnings { reporter.handle(.warning(nil, kind: "config", message: warning)) }
        // The line's own ceiling holds until another one is set.
        if let rate = typed.limitRate?.limit, assignment.record.limitRate == nil, assignment.record.applied.tokens[.rate] == nil {
            assignment.limiter.set(rate.bytes)
        }
        let endpoints = try ServiceEndpoints(environment: environment)
        let request = try AddRequest(
            typed, settings: settings, endpoints: endpoints, environment: environment, readInput: { (_) throws(Failure) in line.input })
        var options = request.options
        options.jobs = settings.jobs
        if options.engine == .aria2, await assignment.runtime.engines.found().supervisor == nil {
            throw Failure(
                .usage, "--engine aria2 was asked for, but the worker has no aria2c.", why: "none was usable when it started.",
                hint: "install aria2, restart the worker, or omit --engine.", code: .unavailable)
        }
        let network = NetworkSettings(userAgent: Fetchctl.userAgent, environment: environment)
        let client = CurlClient(settings: network, threads: 2, limiter: assignment.limiter)
        defer { client.shutDown() }
        var services = BatchServices(
            client: client, endpoints: endpoints, environment: environment, runtime: assignment.runtime)
        services.owner = Int(assignment.record.number.value)
        services.onPartial = assignment.onPartial
        let batch = Batch(
            request.requests, options: options, services: services,
            emit: { [assignment] event in
                assignment.onEvent(event)
                reporter.handle(event)
            })
        var outcome = await batch.run { [assignment] _, result in
            reporter.settle(result)
            if case .there(let paths) = result { assignment.onPaths(paths) }
        }
        for (_, _, failure) in request.refused {
            reporter.fail(failure)
            outcome.results.append(.failed(failure))
            if outcome.summary.code == 0 { outcome.summary.code = failure.code.rawValue }
        }
        return JobOutcome(outcome)
    }
}
