import FetchKit
package import Partials
package import Queue

/// Removes what a cancelled job left unfinished, where its user asked for that. Whole files stay.
package enum PartialRemoval {
    package static func run(_ job: JobRecord) {
        for file in job.progress.files where ![.done, .skipped].contains(file.state) {
            for left in UnfinishedDownload.of(names(of: file)) { _ = left.remove() }
        }
    }

    /// Where a job's file is gathered while it is unfinished.
    package static func names(of file: JobFile) -> PartialNames {
        file.partial.flatMap { PartialNames(data: $0) } ?? PartialNames(target: file.path)
    }
}
