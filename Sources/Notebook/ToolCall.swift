import DropIns
import FetchTypes

/// A line of another tool, with stand-ins for what is not known yet.
struct ToolCall {
    let tool: DropInTool
    /// Without the tool's name.
    var arguments: [String]
    let variables: Variables
    let origin: AddLine.Origin
    /// Whether further words follow that are not known here.
    let isPart: Bool

    init(
        _ tool: DropInTool, _ arguments: [String], _ variables: Variables, origin: AddLine.Origin = .shell, isPart: Bool = false
    ) {
        self.isPart = isPart
        self.tool = tool
        self.variables = variables
        self.arguments = arguments
        self.origin = origin
        // A link that is not known yet must look like one.
        if let table = Self.tables[tool] {
            let operands = Set(ParsedLine(arguments, table).operands)
            self.arguments = arguments.map { operands.contains($0) ? Variables.asLink($0) : $0 }
        }
    }

    private static let tables: [DropInTool: FlagTable] = [.aria2c: Aria2Line.flags, .wget: WgetLine.flags, .curl: CurlLine.flags]

    /// Words of a line that is read: what one word means depends on the others, so the work grows with their square.
    private static let mostWords = 500

    private var isTooLong: Bool { arguments.count > Self.mostWords }

    /// The subcommand of fetchctl that takes the line's own words.
    var dropIn: String { tool == .hubCLI ? DropInTool.hf.rawValue : tool.rawValue }

    /// Decides what the line becomes; the only place that does.
    func equivalence() -> Equivalence {
        if isTooLong { return .leave(why: "it has more than \(Self.mostWords) words") }
        let isOpen = isPart || arguments.contains(where: variables.holdsVariable)
        switch tool.line.plan(arguments) {
        case .help: return .leave(why: "it is no plain download to a file: it asks for help")
        case .fetch(let job):
            if job.hubDryRun != nil { return .leave(why: "it only lists what it would download") }
            if isPart { return .dropIn(why: "not all of its words are known here") }
            // wget does it by default, and a converted line does not depend on it.
            if tool != .wget, job.list == nil, job.downloads.contains(where: \.takesServerTime) {
                return .dropIn(why: "the file gets the server's time, which add does not give it")
            }
            if tool == .hubCLI, !readsAlike(job) { return .leave(why: "hf reads it in another way than huggingface-cli did") }
            do throws(SkipReason) {
                let words = try AddLine(job: job, variables: variables, origin: origin, takesNameOfLink: takesNameOfLink).words()
                try refuseLost(words)
                return .add(words)
            } catch {
                return .dropIn(why: error.why)
            }
        case .handOver(let why):
            // Its value decides when the line runs, and then the real tool can still get the line.
            if variables.holdsVariable(why) { return .dropIn(why: "\(variables.shown(why)) is not known here") }
            return .leave(why: "it is no plain download to a file: \(variables.shown(why))")
        case .refuse(let why, _):
            if isOpen { return .dropIn(why: "not all of its words are known here") }
            return .leave(why: "\(tool.rawValue) itself refuses it: \(variables.shown(why))")
        }
    }

    /// Why it does not become `fetchctl add`; empty where it does.
    var reason: String {
        switch equivalence() {
        case .add: ""
        case .dropIn(let why), .leave(let why): why
        }
    }

    /// What is worth saying about a line that is rewritten.
    var remarks: [String] {
        var remarks: [String] = []
        let line = arguments.joined(separator: " ")
        if SecretMask.masked(line) != line {
            remarks.append("a token is in the line: it is safer in the environment, as HF_TOKEN or CIVITAI_TOKEN")
        }
        if !isTooLong, case .fetch(let job) = tool.line.plan(arguments) { remarks += job.warnings.map(variables.shown) }
        return remarks
    }

    /// curl's `-O`.
    private var takesNameOfLink: Bool {
        let line = ParsedLine(arguments, CurlLine.flags)
        return tool == .curl && (line.has("remote-name") || line.has("remote-name-all"))
    }

    /// Whether today's `hf` understands a line of `huggingface-cli` as that did.
    private func readsAlike(_ old: DropInJob) -> Bool {
        guard case .fetch(let new) = HubLine.plan(arguments), let a = old.downloads.first, let b = new.downloads.first else { return false }
        return a.reference == b.reference && a.layout == b.layout && a.directory == b.directory && a.include == b.include
            && a.exclude == b.exclude && a.existing == b.existing && old.jobs == new.jobs
    }

    /// Every stand-in has to come out again.
    private func refuseLost(_ words: [String]) throws(SkipReason) {
        let found = words.flatMap(variables.pieces)
        for argument in arguments where variables.holdsVariable(argument) {
            let isLost = variables.pieces(argument).contains { piece in
                guard case .variable = piece else { return false }
                return !found.contains(piece)
            }
            if isLost { throw SkipReason("what becomes of \(variables.shown(argument)) is not clear") }
        }
    }
}
