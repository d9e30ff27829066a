package import FetchTypes

/// What a list of downloads came to.
package struct DropInListing: Sendable {
    package var downloads: [DropInDownload] = []
    /// What the tool passes over with a word, and goes on.
    package var warnings: [String] = []
    /// Entries that cannot be fetched, among the others of the list.
    package var failures: [Failure] = []
    /// Why only the tool itself can do all of it; without it, ``failures`` holds what is missing.
    package var handOver: String?

    package init(_ downloads: [DropInDownload] = []) { self.downloads = downloads }

    /// An entry that is for the tool itself.
    mutating func leave(_ text: some StringProtocol, line: Int, to tool: String) {
        let shown = String(text.prefix { $0 != "?" }.prefix(60))
        if handOver == nil { handOver = shown }
        failures.append(
            Failure(
                .unreachable, "line \(line) of the list is left out: only \(tool) itself can do it (\(shown)).",
                hint: "install \(tool), or take the line away."))
    }
}
