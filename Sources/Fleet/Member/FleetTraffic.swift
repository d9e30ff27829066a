/// Bytes that a member has exchanged with other members.
package struct FleetTraffic: Sendable, Equatable {
    package var uploaded: Int64
    package var downloaded: Int64
    /// Bytes per second, now.
    package var downloadRate: Double

    package init(uploaded: Int64 = 0, downloaded: Int64 = 0, downloadRate: Double = 0) {
        self.uploaded = uploaded
        self.downloaded = downloaded
        self.downloadRate = downloadRate
    }
}
