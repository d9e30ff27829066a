extension CivitaiModel {
    /// The first published version, in CivitAI's own order.
    func newest(now: Double) -> CivitaiVersion? { Self.newest(of: versions, now: now) }

    /// The same of some of its versions.
    static func newest(of versions: [CivitaiVersion], now: Double) -> CivitaiVersion? {
        versions.first { version in
            if let status = version.status { return status == "Published" }
            guard let published = version.publishedAt else { return false }
            return UTCTime.iso8601(published).map { $0 <= now } ?? true
        }
    }
}
