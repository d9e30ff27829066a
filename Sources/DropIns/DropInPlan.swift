/// What becomes of a line that was written for another tool.
package enum DropInPlan: Sendable {
    case fetch(DropInJob)
    /// Only the tool itself can do it: `why` ends the sentence "this line is not a plain download:".
    case handOver(why: String)
    /// The tool says how it is used, on standard output when it calls that a success.
    case help(String, code: Int32)
    /// The tool itself would refuse the line: what it says, and its exit code.
    case refuse(String, code: Int32)
}
