import DropIns

/// A line whose program is no tool and starts another one: `timeout 60 wget …`, `sh -c "wget …"`, `sudo -u me curl …`.
struct StarterLine {
    let program: String
    /// Behind the program's name, with something in the place of what is put in.
    let words: [String]

    /// Programs that start the words behind their own, with their options that take a value.
    private static let starters: [String: Set<String>] = [
        "chronic": [], "env": ["-u", "-C", "-S"], "exec": ["-a"], "ionice": ["-c", "-n", "-p"], "nice": ["-n"], "setsid": [],
        "stdbuf": ["-i", "-o", "-e"], "sudo": ["-u", "-g", "-h", "-p", "-C", "-D"], "taskset": ["-p"], "timeout": ["-k", "-s"],
        "unbuffer": [], "time": ["-f", "-o"], "nohup": [], "doas": ["-u"], "command": [], "builtin": [],
    ]
    /// Programs that start a line which is anywhere among their words.
    private static let readers: Set<String> = ["eval", "parallel", "xargs", "watch", "ssh"]
    private static let shells: Set<String> = ["bash", "dash", "sh", "zsh"]

    /// What follows "left:"; nil when it starts no tool.
    var why: String? {
        if program == "sudo" || program == "doas", let tool = started.flatMap({ DropInTool(rawValue: Self.name($0.program)) }) {
            return "\(tool.rawValue) is run as root here"
        }
        return startsTool ? "\(program) starts the tool here" : nil
    }

    private var startsTool: Bool {
        let isShell = Self.shells.contains(program) && words.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }
        if isShell || Self.readers.contains(program) { return mentionsTool }
        guard let started else { return false }
        if let tool = DropInTool(rawValue: Self.name(started.program)) {
            // Two letters may be anything.
            return tool != .hf || started.words.first == "download"
        }
        return StarterLine(program: Self.name(started.program), words: started.words).startsTool
    }

    /// The program that it starts, and the words behind that.
    private var started: (program: String, words: [String])? {
        guard let valued = Self.starters[program] else { return nil }
        var rest = words[...]
        while let word = rest.popFirst() {
            if valued.contains(word) {
                rest = rest.dropFirst()
            } else if word.hasPrefix("-") || word.contains("=") || word.first?.isNumber == true || word == "_" {
                continue
            } else {
                return (word, Array(rest))
            }
        }
        return nil
    }

    /// How many words precede the tool's name, the program's own included, where the tool runs as it would alone: with other rights, a
    /// time limit or variables. Nil for every other line: another folder, a shell, words that are not certain.
    var wordsBeforeTool: Int? {
        guard let valued = Self.starters[program] else { return nil }
        var index = 0
        while index < words.count {
            let word = words[index]
            // What is put in may be anything.
            if word == "_" { return nil }
            if ["-C", "-D", "-S", "--chdir", "--split-string"].contains(where: { word.hasPrefix($0) }) { return nil }
            if valued.contains(word) {
                index += 2
            } else if word.hasPrefix("-") || word.contains("=") || word.first?.isNumber == true {
                index += 1
            } else if DropInTool(rawValue: Self.name(word)) != nil || Self.name(word) == "git" {
                return index + 1
            } else {
                let inner = StarterLine(program: Self.name(word), words: Array(words.dropFirst(index + 1))).wordsBeforeTool
                return inner.map { index + 1 + $0 }
            }
        }
        return nil
    }

    private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    private var mentionsTool: Bool {
        let parts = words.flatMap { $0.split { " \t\n;&|()'\"".contains($0) } }
        let names = parts.map { part in part.contains("=") || part.contains("://") ? "" : Self.name(String(part)) }
        return names.indices.contains { index in
            guard let tool = DropInTool(rawValue: names[index]) else { return false }
            return tool != .hf || names.dropFirst(index + 1).first == "download"
        }
    }
}
