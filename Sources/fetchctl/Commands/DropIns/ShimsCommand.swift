import ArgumentParser
import DropIns
import FetchTypes
import Storage

/// `fetchctl shims DIR`: this program under the names of the tools that it replaces.
struct ShimsCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "shims",
        abstract: "Make links named aria2c, wget, curl, gdown, hf and huggingface-cli, so that old scripts use fetchctl.",
        discussion: """
            Example:
              fetchctl shims ~/shims && export PATH=~/shims:$PATH

            Lines that do not download to files are handed to the real tools, which are found after these links on PATH.
            """)

    @Argument(help: "The folder for the links; it is made if it is missing.")
    var dir: String

    func run(_ context: Context) async throws -> Int32 {
        guard let program = Path.real("/proc/self/exe") else {
            throw Failure(.io, "this program's own file cannot be found.", hint: "is /proc mounted?")
        }
        let folder = Path.absolute(dir)
        do {
            try Disk.makeDirectories(folder)
            for tool in DropInTool.allCases { try link(Path.join(folder, tool.rawValue), program) }
        } catch let fault as IOFault {
            throw fault.failure
        }
        let quoted = "'" + folder.replacing("'", with: "'\\''") + "'"
        Terminal.write("To use them, before everything else on PATH:\n", to: 2)
        Terminal.write(OutputText(lines: "export PATH=\(quoted):\"$PATH\"\n"))
        return 0
    }

    /// Only a link to this program, or to an earlier one of the same name, is ever replaced.
    private func link(_ path: String, _ program: String) throws {
        let there = Disk.link(at: path)
        if there == program {
            Terminal.write("there: \(path)\n", to: 2)
            return
        }
        let isOurs = there.map { Path.name($0) == Path.name(program) } ?? false
        guard Disk.status(path) == nil || isOurs else {
            throw Failure(
                .exists, "\(path) exists and is not a link of fetchctl's.", why: "it is left as it is.",
                hint: "take it away, or choose another folder: fetchctl shims DIR")
        }
        guard try Disk.makeLink(path, saying: program, temporary: path + ".fetchctl-link") else {
            throw Failure(
                .exists, "\(path) cannot be made.", why: "this file system has no symbolic links.", hint: "choose another folder.")
        }
        Terminal.write("made: \(path) -> \(program)\n", to: 2)
    }
}
