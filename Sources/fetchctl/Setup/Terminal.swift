import Events
import FetchTypes
import JSONText
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What standard error leads to, and how to write there.
struct Terminal: Sendable {
    enum Kind: Sendable {
        /// A real terminal: lines may be drawn over.
        case screen
        /// A terminal whose cursor only goes back to the line's start: a notebook's cell, or one where no escapes are wanted.
        case cell
        /// A pipe or a file.
        case plain
    }

    let kind: Kind
    let hasColor: Bool

    init(environment: [String: String], descriptor: Int32 = STDERR_FILENO) {
        kind = Self.kind(environment, isTerminal: isatty(descriptor) == 1)
        hasColor = kind == .screen
    }

    static func kind(_ environment: [String: String], isTerminal: Bool) -> Kind {
        guard isTerminal else { return .plain }
        if isNotebook(environment) { return .cell }
        if environment["TERM"] == "dumb" { return .plain }
        return environment["NO_COLOR", default: ""].isEmpty ? .screen : .cell
    }

    /// What Jupyter's launcher and server, Colab, Kaggle and Databricks set for their kernels, whose children we are.
    private static let notebookVariables = [
        "JPY_PARENT_PID", "JPY_SESSION_NAME", "COLAB_RELEASE_TAG", "COLAB_GPU", "COLAB_JUPYTER_IP", "KAGGLE_KERNEL_RUN_TYPE",
        "KAGGLE_CONTAINER_NAME", "DATABRICKS_RUNTIME_VERSION",
    ]

    /// Whether we are the child of a notebook's kernel.
    static func isNotebook(_ environment: [String: String]) -> Bool {
        // A terminal of its own kind that was opened there.
        if environment["TMUX"] != nil || environment["STY"] != nil { return false }
        if notebookVariables.contains(where: { environment[$0] != nil }) { return true }
        // ipykernel itself sets this, however it was launched.
        if let backend = environment["MPLBACKEND"], backend.hasPrefix("module://"), backend.contains("inline") { return true }
        return environment["TERM"] == "xterm-color" && environment["GIT_PAGER"] == "cat" && environment["CLICOLOR"] == "1"
    }

    /// Columns now: a window may be resized at any time.
    var columns: Int { size().columns }
    var rows: Int { size().rows }

    /// Columns of the terminal that a descriptor leads to; nil when it leads elsewhere.
    static func columns(of descriptor: Int32) -> Int? { size(of: descriptor)?.columns }

    /// Columns and rows of the terminal that a descriptor leads to; nil when it leads elsewhere, or does not say.
    static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(max(2, size.ws_row)))
    }

    private func size() -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(max(2, size.ws_row)))
    }

    /// Text goes out in the order of these calls, on a thread of its own; a reader that has gone is no error of ours. On a terminal, lines
    /// that are wider than it are broken between words.
    static func write(_ text: PrintableText, to descriptor: Int32) { draw(wrapped(text, for: descriptor), to: descriptor) }

    /// The same for what is laid out already: a table, a drawing.
    static func draw(_ text: PrintableText, to descriptor: Int32) { write(bytes: Array(text.text.utf8), to: descriptor) }

    /// Prose as it is shown where the descriptor leads.
    static func wrapped(_ text: PrintableText, for descriptor: Int32) -> PrintableText {
        Prose.text(text, width: proseColumns(of: descriptor))
    }

    /// Columns to which sentences are broken; nil where they are not: beside terminals in a notebook, whose page breaks lines itself.
    static func proseColumns(of descriptor: Int32) -> Int? { isInNotebook ? nil : columns(of: descriptor) }

    private static let isInNotebook = isNotebook(ProcessEnvironment.all())

    /// One object a line on standard output; its text has escapes in place of everything that a terminal would obey.
    static func write(_ object: JSONTree) {
        var text = object.line
        text += "\n"
        write(bytes: Array(text.utf8), to: STDOUT_FILENO)
    }

    /// On standard output, in the form for a terminal or for a program.
    static func write(_ text: OutputText) {
        guard isatty(STDOUT_FILENO) == 1 else { return write(bytes: Array(text.exact.utf8), to: STDOUT_FILENO) }
        draw(text.isProse ? wrapped(text.printable, for: STDOUT_FILENO) : text.printable, to: STDOUT_FILENO)
    }

    private static func write(bytes: [UInt8], to descriptor: Int32) { OutputPort.of(descriptor).write(bytes, to: descriptor) }
}
