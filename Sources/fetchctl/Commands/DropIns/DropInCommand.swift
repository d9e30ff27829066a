import ArgumentParser
import DropIns

/// `fetchctl aria2c …` and the like: a line that was written for another tool, taken as it is.
protocol DropInCommand: ParsableCommand, ContextCommand {
    static var tool: DropInTool { get }
    var line: [String] { get }
}

extension DropInCommand {
    static func configured(_ what: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: tool.rawValue, abstract: "Run a line of \(tool.rawValue): \(what).",
            discussion: """
                Takes the arguments of \(tool.rawValue). Files get the same place and name, and the exit code is the same, as with \
                \(tool.rawValue). Links of CivitAI and Hugging Face get their token from the environment and their files are \
                verified; interrupted downloads are resumed. A line that does not download to a file is handed to the \
                real \(tool.rawValue).
                """)
    }

    func run(_ context: Context) async throws -> Int32 { await DropInRunner(tool: Self.tool, context: context).run(line) }
}

struct Aria2cCommand: DropInCommand {
    static let tool = DropInTool.aria2c
    static let configuration = configured("aria2c -c -x16 -d models -o model.safetensors URL")
    @Argument(parsing: .captureForPassthrough, help: "aria2c's arguments.") var line: [String] = []
}

struct WgetCommand: DropInCommand {
    static let tool = DropInTool.wget
    static let configuration = configured("wget -O model.safetensors URL")
    @Argument(parsing: .captureForPassthrough, help: "wget's arguments.") var line: [String] = []
}

struct CurlCommand: DropInCommand {
    static let tool = DropInTool.curl
    static let configuration = configured("curl -fLo model.safetensors URL")
    @Argument(parsing: .captureForPassthrough, help: "curl's arguments.") var line: [String] = []
}

struct GdownCommand: DropInCommand {
    static let tool = DropInTool.gdown
    static let configuration = configured("gdown URL -O model.safetensors")
    @Argument(parsing: .captureForPassthrough, help: "gdown's arguments.") var line: [String] = []
}

struct HubCommand: DropInCommand {
    static let tool = DropInTool.hf
    static let configuration = configured("hf download org/name --local-dir models")
    @Argument(parsing: .captureForPassthrough, help: "hf's arguments.") var line: [String] = []
}

extension DropInTool {
    /// The tool whose name the program was started under.
    static func named(by programPath: String) -> DropInTool? {
        programPath.split(separator: "/").last.flatMap { DropInTool(rawValue: String($0)) }
    }
}
