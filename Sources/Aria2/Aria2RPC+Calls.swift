package import FetchTypes

/// One method a wire call; numbers are strings on the wire.
extension Aria2RPC {
    /// `aria2.getVersion`: the health check.
    package func getVersion() async throws(Aria2RPCFault) -> Aria2Version {
        try await call("aria2.getVersion")
    }

    /// `aria2.addUri`: hands over a job.
    /// - Parameter urls: the same bytes elsewhere, at least one; a URL that answers 401 or needs a header is none for aria2c.
    /// - Returns: the job's gid.
    @discardableResult
    package func addUri(_ urls: [WebURL], _ options: Aria2JobOptions) async throws(Aria2RPCFault) -> Aria2GID {
        try await call("aria2.addUri", [Self.list(urls), .object(options.pairs.mapValues { .string($0) })])
    }

    /// `aria2.addMetalink`: hands over the one file of a document. aria2c chooses the job's gid, so where this is not answered
    /// it is not known.
    /// - Returns: the job's gid.
    /// - Throws: ``Aria2RPCFault/refused(code:message:)`` also where aria2c finds no file in the document.
    package func addMetalink(_ document: Metalink, _ options: Aria2JobOptions) async throws(Aria2RPCFault) -> Aria2GID {
        let gids: [Aria2GID] = try await call(
            "aria2.addMetalink", [.string(document.base64), .object(options.metalinkPairs.mapValues { .string($0) })])
        guard gids.count <= 1 else { throw .protocolViolation("aria2.addMetalink: \(gids.count) jobs for one file") }
        guard let gid = gids.first else { throw .refused(code: 1, message: "it finds no file in the Metalink document") }
        return gid
    }

    /// `aria2.addTorrent`: hands over a torrent of one file.
    /// - Parameter base64: the `.torrent` file.
    /// - Returns: the job's gid.
    @discardableResult
    package func addTorrent(_ base64: String, _ options: Aria2TorrentOptions) async throws(Aria2RPCFault) -> Aria2GID {
        try await call("aria2.addTorrent", [.string(base64), .array([]), .object(options.pairs.mapValues { .string($0) })])
    }

    /// `aria2.tellStatus`, with these keys of the answer only.
    package func tellStatus(
        _ gid: Aria2GID, keys: [Aria2Status.Key] = Aria2Status.Key.ofDownload
    ) async throws(Aria2RPCFault) -> Aria2Status {
        try await call("aria2.tellStatus", [.string(gid.hex), Self.list(keys)])
    }

    /// `system.multicall` of `aria2.tellStatus`: one round trip for all jobs.
    /// - Returns: for each gid, in the order given, its status or why there is none.
    package func tellStatus(
        of gids: [Aria2GID], keys: [Aria2Status.Key] = Aria2Status.Key.ofDownload
    ) async throws(Aria2RPCFault) -> [Result<Aria2Status, Aria2RPCFault>] {
        guard !gids.isEmpty else { return [] }
        let calls = gids.map { gid in
            RPCValue.object([
                "methodName": .string("aria2.tellStatus"),
                "params": .array([token, .string(gid.hex), Self.list(keys)]),
            ])
        }
        let items: [RPCBatchItem<Aria2Status>] = try await exchange("system.multicall", [.array(calls)])
        guard items.count == gids.count else { throw .protocolViolation("system.multicall: \(items.count) answers to \(gids.count) calls") }
        return items.map { item in
            switch item {
            case .result(let status): .success(status)
            case .refused(let refusal): .failure(.refused(refusal))
            }
        }
    }

    /// `aria2.remove`: ends a job after its connections are closed.
    package func remove(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.remove", [.string(gid.hex)])
    }

    /// `aria2.forceRemove`: ends a job at once; its part and control file stay. A waiting or paused job is forgotten altogether.
    package func forceRemove(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.forceRemove", [.string(gid.hex)])
    }

    /// `aria2.removeDownloadResult`: forgets a job that has ended, and frees its gid.
    package func removeDownloadResult(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.removeDownloadResult", [.string(gid.hex)])
    }

    /// `aria2.pause`: the control file is written.
    package func pause(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.pause", [.string(gid.hex)])
    }

    /// `aria2.forcePause`
    package func forcePause(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.forcePause", [.string(gid.hex)])
    }

    /// `aria2.unpause`: refused for a job in error, which must be added again.
    package func unpause(_ gid: Aria2GID) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.unpause", [.string(gid.hex)])
    }

    /// `aria2.changeUri` for the job's only file. Refused for a job that has ended.
    ///
    /// For active jobs only. Where the job is paused aria2c connects to what is added at once and, until it is unpaused,
    /// writes to a file that it has closed: error 17. To renew the link of a paused job, remove it and add it again.
    /// - Parameter removing: each occurrence takes away one; a URL in use by n connections is listed n times by ``getUris(_:)``.
    /// - Returns: how many were taken away and added.
    @discardableResult
    package func changeUri(
        _ gid: Aria2GID, removing: [WebURL], adding: [WebURL]
    ) async throws(Aria2RPCFault) -> (removed: Int, added: Int) {
        let counts: [Int] = try await call("aria2.changeUri", [.string(gid.hex), .number(1), Self.list(removing), Self.list(adding)])
        guard counts.count == 2 else { throw .protocolViolation("aria2.changeUri: \(counts.count) numbers") }
        return (counts[0], counts[1])
    }

    /// `aria2.changeOption`: of an active job, most options restart its connections.
    package func changeOption(_ gid: Aria2GID, _ options: [String: String]) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.changeOption", [.string(gid.hex), .object(options.mapValues { .string($0) })])
    }

    /// `aria2.changeGlobalOption`: `max-overall-download-limit`, `async-dns` and the like.
    package func changeGlobalOption(_ options: [String: String]) async throws(Aria2RPCFault) {
        let _: String = try await call("aria2.changeGlobalOption", [.object(options.mapValues { .string($0) })])
    }

    /// `aria2.getUris`: once for every connection that uses it, and once for every one that waits.
    package func getUris(_ gid: Aria2GID) async throws(Aria2RPCFault) -> [Aria2URI] {
        try await call("aria2.getUris", [.string(gid.hex)])
    }

    /// `aria2.getServers`: the connections of an active job.
    package func getServers(_ gid: Aria2GID) async throws(Aria2RPCFault) -> [Aria2Server] {
        let files: [Aria2FileServers] = try await call("aria2.getServers", [.string(gid.hex)])
        return files.flatMap(\.servers)
    }

    private static func list(_ urls: [WebURL]) -> RPCValue { .array(urls.map { .string($0.string) }) }
    private static func list(_ keys: [Aria2Status.Key]) -> RPCValue { .array(keys.map { .string($0.rawValue) }) }
}
