import FetchTypes
import Foundation
import PracticeHub
import TestSupport
import Testing

@testable import FetchKit

@Suite("The library")
struct FetcherTests {
    private static func hub(_ megabytes: Int64) -> HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = megabytes << 20
        return configuration
    }

    private func configuration(_ addresses: HubAddresses, _ folder: String) -> Fetcher.Configuration {
        var configuration = Fetcher.Configuration(directory: "\(folder)/models")
        configuration.environment = [
            "HOME": folder, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin", "HF_ENDPOINT": addresses.hub,
            "FETCHCTL_CIVITAI_ENDPOINT": addresses.civitai,
        ]
        return configuration
    }

    @Test("tells what happens in order, and the file is there", arguments: Fetcher.Configuration.Engine.allCases)
    func fetch(engine: Fetcher.Configuration.Engine) async throws {
        try await PracticeHub.withHub(Self.hub(3)) { _, addresses in
            let scratch = try Scratch()
            var configuration = configuration(addresses, scratch.path)
            configuration.engine = engine
            let fetcher = try Fetcher(configuration: configuration)
            var order: [String] = []
            for try await event in fetcher.fetch("civitai:12345") {
                switch event {
                case .resolved: order.append("resolved")
                case .planned(let files, _, _): order.append("planned \(files)")
                case .started: order.append("started")
                case .finished(let it):
                    order.append("finished")
                    #expect(it.verified == "sha256" && it.size == 3 << 20)
                    #expect(FileManager.default.contents(atPath: it.file.path)?.count == 3 << 20)
                default: break
                }
            }
            #expect(order == ["resolved", "planned 1", "started", "finished"])
            for try await event in fetcher.fetch("civitai:12345") {
                if case .finished = event { Issue.record("it was fetched twice") }
            }
        }
    }

    @Test("throws the first failure in the order given, after the others have been fetched")
    func failure() async throws {
        try await PracticeHub.withHub(Self.hub(1)) { _, addresses in
            let scratch = try Scratch()
            let fetcher = try Fetcher(configuration: configuration(addresses, scratch.path))
            var finished = 0
            do throws(FetchError) {
                for try await event in fetcher.fetch("hf:practice/nothing", "civitai:12345") {
                    if case .finished = event { finished += 1 }
                }
                Issue.record("nothing was thrown")
            } catch {
                #expect(error.kind == .notFound && error.exitCode == 66)
                #expect(!error.message.isEmpty && error.hint != nil)
            }
            #expect(finished == 1)
        }
    }

    @Test("ends with its task, keeps the partial, and says so")
    func cancellation() async throws {
        try await PracticeHub.withHub(Self.hub(8)) { hub, addresses in
            await hub.addFault(Fault(.slow, match: "cdn/", bytesPerSecond: 100_000))
            let scratch = try Scratch()
            let fetcher = try Fetcher(configuration: configuration(addresses, scratch.path))
            let (begun, hasBegun) = AsyncStream<Void>.makeStream()
            let task = Task { () -> FetchError? in
                do throws(FetchError) {
                    for try await event in fetcher.fetch("civitai:12345") {
                        if case .progress(_, let received, _, _) = event, received > 0 { hasBegun.yield() }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            for await _ in begun { break }
            task.cancel()
            #expect(await task.value?.kind == .interrupted)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/models")
            #expect(names.contains { $0.hasSuffix(".fetchctl-part") }, "\(names)")
        }
    }

    @Test("refuses a value out of its bounds, with one that is within", arguments: ["connections", "jobs", "retries", "limitRate"])
    func bounds(name: String) throws {
        var configuration = Fetcher.Configuration()
        switch name {
        case "connections": configuration.connections = 65
        case "jobs": configuration.jobs = 0
        case "retries": configuration.retries = -1
        default: configuration.limitRate = 0
        }
        do throws(FetchError) {
            _ = try Fetcher(configuration: configuration)
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.kind == .usage && error.hint?.contains("configuration.\(name) = ") == true)
        }
    }

    @Test("knows every kind of failure by its public name")
    func kinds() {
        for kind in FailureKind.allCases { #expect(FetchError(Failure(kind, "it failed")).kind.rawValue == kind.rawValue) }
    }
}
