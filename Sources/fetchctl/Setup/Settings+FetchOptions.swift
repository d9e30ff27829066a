import FetchKit
import FetchTypes
import Storage
import Transfer

extension Settings {
    /// What the configuration says of fetching; a command's own options go over it.
    func fetchOptions(_ environment: [String: String]) -> FetchOptions {
        var options = FetchOptions(environment: environment)
        options.defaultDirectory = directory.map(Path.absolute) ?? Path.currentDirectory
        options.engine = engine
        options.connections = connections
        options.jobs = jobs
        options.retry = RetryPolicy(
            limit: maxRetries, minimumDelay: retryDelayMin.value, maximumDelay: max(retryDelayMax, retryDelayMin).value)
        options.timeout = timeout
        options.largeFileTimeout = largeFileTimeout
        options.checksSpace = checkDiskSpace
        options.reservedSpace = requiredDiskSpace
        options.dedupe = dedupe
        options.dedupeFolders = dedupeFolders.map(Path.absolute)
        return options
    }
}
