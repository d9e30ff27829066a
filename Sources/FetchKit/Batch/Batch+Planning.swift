import FetchTypes
import ModelSources
import Storage
import Transfer

/// The first stage of a round: every reference is resolved, and every request gets its places.
extension Batch {
    typealias Plan = (resolution: Resolution, files: [PlannedFile], paths: [String])

    /// Resolving is cheap for us and not for the services: a few at once.
    private static let resolvedAtOnce = 8

    /// Gives every request its places before anything is done for any of them: two that want the same one get neither.
    func planAll(_ resolver: ReferenceResolver) async -> [Swift.Result<Plan, any Error>] {
        var resolutions = await resolveAll(resolver)
        await askFleet(about: &resolutions)
        let folderCount = requests.indices.count { (try? resolutions[$0]?.get())?.folderName != nil }
        var planner = Planner(options: options, folderCount: options.placesAlone ? 1 : folderCount)
        var plans: [Swift.Result<Plan, any Error>] = []
        var planned: [Int] = []
        for index in requests.indices {
            do {
                guard let resolution = try resolutions[index]?.get() else { throw services.interrupted }
                let finder = KindFinder(
                    client: services.client, options: options, emit: emit, tag: tag(of: requests[index]), isInFleet: services.fleet != nil)
                let kinds = try await finder.kinds(of: resolution, requests[index])
                planned.append(index)
                if let kept = resolution.kept {
                    planner.skip()
                    plans.append(.success((resolution, [], [kept])))
                    continue
                }
                let (files, paths) = try planner.plan(requests[index], resolution, kinds: kinds)
                plans.append(.success((resolution, files, paths)))
            } catch {
                plans.append(.failure(error))
            }
        }
        for (turn, failure) in planner.contested { plans[planned[turn]] = .failure(failure) }
        return plans
    }

    private func resolveAll(_ resolving: ReferenceResolver) async -> [Swift.Result<Resolution, any Error>?] {
        var results = [Swift.Result<Resolution, any Error>?](repeating: nil, count: requests.count)
        await withTaskGroup(of: (Int, Swift.Result<Resolution, any Error>).self) { group in
            var next = 0
            func addOne() {
                guard next < requests.count else { return }
                let index = next
                next += 1
                group.addTask {
                    do {
                        let resolution = try await resolving.run(requests[index], tag: tag(of: requests[index]))
                        return (index, .success(resolution))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.resolvedAtOnce { addOne() }
            while let (index, result) = await group.next() {
                results[index] = result
                addOne()
            }
        }
        return results
    }
}
