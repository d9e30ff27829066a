package import FetchTypes

/// `hf` and `huggingface-cli`: repos of the Hub.
package enum HubLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static func plan(_ arguments: [String]) -> DropInPlan { .handOver(why: "it is hf's") }

    package static func exitCode(_ failures: [Failure?]) -> Int32 { failures.contains { $0 != nil } ? 1 : 0 }
}
