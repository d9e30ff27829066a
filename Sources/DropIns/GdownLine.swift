package import FetchTypes

/// `gdown`: files of Google Drive.
package enum GdownLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static func plan(_ arguments: [String]) -> DropInPlan { .handOver(why: "it is gdown's") }

    package static func exitCode(_ failures: [Failure?]) -> Int32 { failures.contains { $0 != nil } ? 1 : 0 }
}
