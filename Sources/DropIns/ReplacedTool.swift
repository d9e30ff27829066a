package import FetchTypes

/// A tool whose lines are understood: what they mean, and how it ends.
package protocol ReplacedTool: Sendable {
    /// - Parameter arguments: without the tool's own name.
    static func plan(_ arguments: [String]) -> DropInPlan
    /// The tool's own exit code for what became of each download, in the order given; nil: it is there.
    static func exitCode(_ failures: [Failure?]) -> Int32
    /// What it answers with to a line that it does not understand.
    static var usageCode: Int32 { get }
    /// Whether the line wants no word about what is wrong with it.
    static func isSilent(_ arguments: [String]) -> Bool
}

extension ReplacedTool {
    package static func isSilent(_ arguments: [String]) -> Bool { false }
}

/// The tools by their names on a command line.
package enum DropInTool: String, Sendable, CaseIterable {
    case aria2c, wget, curl, gdown, hf
    case hubCLI = "huggingface-cli"

    package var line: any ReplacedTool.Type {
        switch self {
        case .aria2c: Aria2Line.self
        case .wget: WgetLine.self
        case .curl: CurlLine.self
        case .gdown: GdownLine.self
        case .hf: HubLine.self
        case .hubCLI: HubCLILine.self
        }
    }
}
