import ArgumentParser
import CPlatform
import DropIns
import Events
import FetchTypes
import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program: secrets out of sight first, signals next, then the command.
@main
enum Main {
    static func main() async {
        fetchctl_settle_descriptors()
        ExecAria2Helper.runIfAsked()
        let typed = TypedArguments.takeFromProcess()
        fetchctl_hide_memory()
        let signals = Signals()
        let tool = DropInTool.named(by: ProcessArguments().text(0) ?? "")
        let arguments = (tool.map { [$0.rawValue] } ?? []) + typed.values
        let context = Context(
            environment: ProcessEnvironment.all(), signals: signals, arguments: typed, unreadableVariable: Environment.unreadablePath())
        signals.handle(untilItBegins(arguments, context))
        let code = await run(arguments, context)
        OutputPort.flush()
        // The outcome has not been shown.
        exit(OutputDeadline.hasDropped.load(ordering: .relaxed) ? signals.exitCode.rawValue : code)
    }

    /// What a signal does before there is anything to end politely.
    private static func untilItBegins(_ arguments: [String], _ context: Context) -> Signals.Actions {
        Signals.Actions(
            end: {
                let code = context.signals.exitCode.rawValue
                // A program that reads the events waits for the last one.
                if let name = arguments.first, ["add", "sync", "lock"].contains(name), arguments.wantsJSON {
                    context.reporter(json: true).handle(.summary(Event.Summary(code: code)))
                }
                OutputPort.flush()
                _exit(code)
            }, suspend: { _ in })
    }

    private static func run(_ arguments: [String], _ context: Context) async -> Int32 {
        do {
            if let number = context.arguments.unreadable { throw SystemText.refusal("the argument \(number)") }
            if let name = context.unreadableVariable { throw SystemText.refusal("the environment variable \(name)") }
            // Taken before the parser, which would answer to --help and --version itself.
            if let name = arguments.first, let tool = DropInTool(rawValue: name) {
                return await DropInRunner(tool: tool, context: context).run(Array(arguments.dropFirst()))
            }
            if let word = arguments.first, let failure = Commands.unknown(word) { throw failure }
            var command = try Fetchctl.parseAsRoot(arguments)
            if let ours = command as? any ContextCommand { return try await ours.run(context) }
            try command.run()
            return 0
        } catch let failure as Failure {
            context.reporter(json: arguments.wantsJSON).fail(failure)
            return failure.code.rawValue
        } catch {
            guard Fetchctl.exitCode(for: error) != .success else {
                Terminal.draw(PrintableText(lines: Fetchctl.message(for: error)) + "\n", to: 1)
                return 0
            }
            let failure = Commands.usageFailure(Fetchctl.message(for: error), arguments)
            context.reporter(json: arguments.wantsJSON).fail(failure)
            return failure.code.rawValue
        }
    }
}

extension [String] {
    /// Whether the events go to standard output, told before anything has been understood.
    fileprivate var wantsJSON: Bool { prefix { $0 != "--" }.contains("--json") }
}
