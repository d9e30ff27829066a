extension ErrorCatalogue {
    /// The whole catalogue as docs/errors.md has it: `fetchctl explain --markdown` prints it, and a test compares the two.
    package static var markdown: String {
        var text = """
            # Errors

            Every failure has an exit code and a kind. With `--json` the `failed` event names both (`code`, `kind`).
            `fetchctl explain CODE` and `fetchctl explain KIND` print the same as this page, which
            `fetchctl explain --markdown` makes.

            ## Exit codes

            | code | means | kinds |
            |---|---|---|

            """
        for code in ExitCode.allCases {
            let kinds = entries(code).map { "[`\($0.kind.rawValue)`](#\($0.kind.rawValue))" }.joined(separator: ", ")
            text += "| \(code.rawValue) | \(meaning(code)) | \(kinds) |\n"
        }
        text += "\n## Kinds\n"
        for entry in entries {
            text += """

                ### \(entry.kind.rawValue)

                - Exit code: \(entry.codes.map { String($0.rawValue) }.joined(separator: ", "))
                - When: \(entry.when)
                - Reads like: \(entry.sentence)
                - What to do: \(entry.action)

                """
        }
        return text
    }
}
