import DropIns
import FetchTypes

/// `git clone` of a repo of the Hub: all its files, in a folder of its name.
struct HubClone {
    private(set) var download: DropInDownload

    private static let valued: Set<String> = [
        "-b", "--branch", "-o", "--origin", "--depth", "--filter", "-j", "--jobs", "-c", "--config", "--reference", "--template", "-u",
        "--upload-pack", "--shallow-since", "--shallow-exclude", "--server-option", "--separate-git-dir", "--revision",
    ]

    /// - Parameter words: behind `git`.
    /// - Returns: nil for every other line.
    init?(words: [String]) {
        var rest = words[...]
        var start: String?
        while let word = rest.first, word.hasPrefix("-") {
            rest = rest.dropFirst()
            guard word == "-C" || word == "-c" else { continue }
            if word == "-C" { start = rest.first }
            rest = rest.dropFirst()
        }
        if rest.first == "lfs" { rest = rest.dropFirst() }
        guard rest.popFirst() == "clone" else { return nil }
        var operands: [String] = []
        var branch: String?
        while let word = rest.popFirst() {
            if Self.valued.contains(word) {
                let value = rest.popFirst()
                if word == "-b" || word == "--branch" || word == "--revision" { branch = value }
            } else if word.hasPrefix("--branch=") {
                branch = String(word.dropFirst(9))
            } else if !word.hasPrefix("-") {
                operands.append(word)
            }
        }
        guard let link = operands.first, operands.count <= 2, let repo = Self.repo(link), let name = repo.split(separator: "/").last else {
            return nil
        }
        var directory = operands.count == 2 ? operands[1] : String(name)
        if let start, !directory.hasPrefix("/") { directory = start + "/" + directory }
        download = DropInDownload("hf:" + repo, directory: directory, name: .byRule(.published), existing: .renew)
        guard let branch else { return }
        download.revision = branch
    }

    /// `org/name`, with `datasets/` or `spaces/` before it; nil for a link elsewhere.
    private static func repo(_ link: String) -> String? {
        let heads = ["https://", "http://", "git@", "ssh://git@"]
        guard let head = heads.first(where: link.hasPrefix) else { return nil }
        var text = link.dropFirst(head.count)
        // A user's name or token is no part of the reference.
        if let at = text.prefix(while: { $0 != "/" }).lastIndex(of: "@") { text = text[text.index(after: at)...] }
        let hosts = ["huggingface.co", "www.huggingface.co", "hf.co"]
        guard let host = hosts.first(where: { text.hasPrefix($0 + "/") || text.hasPrefix($0 + ":") }) else { return nil }
        text = text.dropFirst(host.count + 1)
        while text.hasSuffix("/") { text = text.dropLast() }
        if text.hasSuffix(".git") { text = text.dropLast(4) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isTyped = parts.first == "datasets" || parts.first == "spaces"
        guard (1...(isTyped ? 3 : 2)).contains(parts.count), !parts.contains(where: \.isEmpty) else { return nil }
        return String(text)
    }
}
