import ArgumentParser
import FetchTypes
import Storage

/// `fetchctl doctor`: whether everything that a download needs is there and works.
struct DoctorCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check engines, certificates, tokens, network, disk and limits, and say what to do.",
        discussion: """
            Examples:
              fetchctl doctor
              fetchctl doctor --json | jq '.checks[] | select(.state != "good")'
              fetchctl doctor --report report.txt      (to attach to a bug report: no tokens, no passwords)

            One line a check: good, warning or bad, and what to do. It takes less than five seconds and needs no network. \
            Exit code 1 when something is bad.
            """)

    @Flag(help: "One JSON object on standard output.")
    var json = false
    @Option(help: ArgumentHelp("Also write everything to this file, without secrets.", valueName: "file"))
    var report: String?

    func run(_ context: Context) async throws -> Int32 {
        try context.requireCurrentDirectory()
        if let report { try DoctorReport.check(Path.absolute(report)) }
        let doctor = Doctor(context)
        let checks = await doctor.run()
        if json {
            Terminal.write(DoctorCheck.json(checks))
        } else {
            let terminal = Terminal(environment: context.environment, descriptor: 1)
            Terminal.draw(DoctorCheck.text(checks, hasColor: terminal.hasColor, width: Terminal.proseColumns(of: 1)), to: 1)
        }
        if let report {
            try DoctorReport(checks: checks, environment: context.environment, settings: doctor.settings).write(to: Path.absolute(report))
            Terminal.write("the report is in \(report)\n", to: 2)
        }
        return DoctorReport.exitCode(of: checks)
    }
}
