import Foundation

/// What a request's path names on the Hub: a repository and what is wanted of it.
struct HubAddress: Sendable {
    enum Wish: Sendable, Equatable {
        case info
        case tree, pathsInfo, refs, xetToken
        case resolve, raw, page
        case cached
    }

    let kind: HubRepository.Kind
    let id: String
    let wish: Wish
    /// Decoded; nil where the path names none.
    let revision: String?
    /// Decoded, without leading slash; empty where the path names none.
    let path: String

    /// - Parameter segments: The decoded path segments; an encoded slash in a revision is within its segment.
    init?(_ segments: [String]) {
        var rest = segments[...]
        let isAPI = rest.first == "api"
        if isAPI { rest = rest.dropFirst() }
        let isCached = isAPI && rest.first == "resolve-cache"
        if isCached { rest = rest.dropFirst() }
        if let kind = rest.first.flatMap(HubRepository.Kind.init(rawValue:)) {
            self.kind = kind
            rest = rest.dropFirst()
        } else if isAPI {
            return nil
        } else {
            kind = .models
        }
        let verbs: [String: Wish] =
            isAPI
            ? ["revision": .info, "tree": .tree, "paths-info": .pathsInfo, "refs": .refs, "xet-read-token": .xetToken]
            : ["resolve": .resolve, "raw": .raw, "blob": .page, "tree": .page]
        guard let first = rest.first else { return nil }
        rest = rest.dropFirst()
        if isCached {
            // One word or two before the commit: the commit's 40 digits tell, else the longer form.
            let isOneWord = rest.first.map(Self.isCommit) ?? false
            id = isOneWord ? first : first + "/" + (rest.popFirst() ?? "")
            wish = .cached
        } else if let verb = rest.first.flatMap({ verbs[$0] }) {
            id = first
            wish = verb
            rest = rest.dropFirst()
        } else if let second = rest.popFirst() {
            id = first + "/" + second
            wish = rest.popFirst().map { verbs[$0] ?? .page } ?? (isAPI ? .info : .page)
        } else {
            id = first
            wish = isAPI ? .info : .page
        }
        // References written with plain slashes are taken whole, as the Hub takes them.
        if rest.first == "refs", rest.count >= 3 {
            revision = rest.prefix(3).joined(separator: "/")
            rest = rest.dropFirst(3)
        } else {
            revision = rest.popFirst()
        }
        path = rest.joined(separator: "/")
    }

    static func isCommit(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
