import Events
import FetchTypes
import Fleet
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// File lists that members of a fleet give to members that the source does not know: those fetch nothing from it.
extension Batch {
    /// Asks the fleet for the lists of references that the source refused to this machine.
    /// - Parameter resolutions: by request; the refused ones are replaced where the fleet has a list.
    func askFleet(about resolutions: inout [Swift.Result<Resolution, any Error>?]) async {
        guard let terms = services.fleet, !options.dryRun, !options.plansOnly else { return }
        let refused = requests.indices.compactMap { index -> (index: Int, key: String, failure: Failure)? in
            guard case .failure(let failure as Failure) = resolutions[index], failure.mayDifferElsewhere,
                let key = listKey(of: requests[index], terms)
            else { return nil }
            return (index, key, failure)
        }
        guard !refused.isEmpty else { return }
        for (index, _, failure) in refused {
            emit(
                .warning(
                    tag(of: requests[index]), kind: "fleet",
                    message: "\(failure.message) Other nodes of the fleet are asked for its file list."))
        }
        do {
            let own = fleetLists(resolutions.map { try? $0?.get() }, terms)
            let texts = try await FleetListSearch(terms.settings, secret: terms.secret).run(Set(refused.map(\.key)), having: own)
            for (index, key, failure) in refused {
                if let text = texts[key], let resolution = resolution(from: text, for: requests[index], failure) {
                    resolutions[index] = .success(resolution)
                } else {
                    resolutions[index] = .failure(failure.adding(why: "no other node of the fleet has given its file list"))
                }
            }
        } catch let failure as Failure {
            for (index, _, _) in refused { resolutions[index] = .failure(failure) }
        } catch {
            for (index, _, _) in refused { resolutions[index] = .failure(services.interrupted) }
        }
    }

    private func resolution(from text: String, for request: FetchRequest, _ failure: Failure) -> Resolution? {
        let listing = try? JSONDecoder().decode(FleetListing.self, from: Data(text.utf8))
        return listing?.resolution(for: request, host: services.endpoints.huggingFace.host, failure: failure)
    }

    /// The lists that this node gives to others.
    /// - Parameter resolutions: by request; nil where one failed.
    func fleetLists(_ resolutions: [Resolution?], _ terms: FleetTerms) -> FleetLists {
        var known: [String: Resolution] = [:]
        for index in requests.indices {
            if let resolution = resolutions[index], resolution.hub != nil, let key = listKey(of: requests[index], terms) {
                known[key] = resolution
            }
        }
        return FleetLists(keys: Set(known.keys)) { [known] key in
            known[key].flatMap(FleetListing.init).flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Equal on all nodes that were given the same line.
    /// - Returns: nil for a reference that is not of the Hub.
    private func listKey(of request: FetchRequest, _ terms: FleetTerms) -> String? {
        guard case .huggingFace = request.reference.reference else { return nil }
        let it = request.selection
        let parts: [String?] = [
            request.reference.shown, it.revision, it.file, it.format, it.fp, it.size, it.quant, it.projector.map(String.init),
            request.layout.rawValue, String(it.allowsNothing), String(it.namesOneFile),
        ]
        return terms.secret.listKey(parts.map { $0 ?? "-" } + ["include"] + it.include + ["exclude"] + it.exclude)
    }
}
