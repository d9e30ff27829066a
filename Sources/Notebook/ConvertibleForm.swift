/// What a file is to the converter, told by its name and its first line.
package enum ConvertibleForm: Sendable, Equatable {
    case notebook
    case shellScript
    case dockerfile

    /// Bytes of a file's beginning that tell all there is to tell.
    package static let headLength = 256

    private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]
    /// Endings of files that only stand beside a Dockerfile, or are named after one.
    private static let otherEndings: Set<String> = ["dockerignore", "py", "md", "json", "j2", "yml", "yaml"]

    /// - Parameters:
    ///   - name: the file's name without its folder.
    ///   - head: its first bytes, ``headLength`` of them or all.
    /// - Returns: nil when it is none of these.
    package init?(name: String, head: some Collection<UInt8>) {
        let name = name.lowercased()
        let ending = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
        let shell = Self.interpreter(head)
        if ending == "ipynb" {
            self = .notebook
        } else if let shell {
            guard Self.shells.contains(shell) else { return nil }
            self = .shellScript
        } else if ending == "sh" || ending == "bash" {
            self = .shellScript
        } else if Self.isDockerfile(name, ending) {
            self = .dockerfile
        } else {
            return nil
        }
    }

    private static func isDockerfile(_ name: String, _ ending: String) -> Bool {
        ["dockerfile", "containerfile"].contains { word in
            if name == word || ending == word { return true }
            return name.hasPrefix(word) && "._-".contains(name.dropFirst(word.count).first ?? "x") && !otherEndings.contains(ending)
        }
    }

    /// The program's name behind `#!`; nil without such a line.
    static func interpreter(_ head: some Collection<UInt8>) -> String? {
        guard head.starts(with: "#!".utf8) else { return nil }
        let line = String(decoding: head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let words = line.split { $0.isWhitespace }.map { String($0.split(separator: "/").last ?? "") }
        // `#!/usr/bin/env -S bash -e`
        guard words.first == "env" else { return words.first ?? "" }
        return words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") } ?? ""
    }
}
