/// How a practice hub behaves from its first request on.
package struct HubConfiguration: Sendable {
    /// Seconds for which a signed CDN link is accepted. The expiry written into a link is rounded up to a whole second;
    /// the hub itself keeps to the exact time. 0 makes every link dead on arrival.
    package var linkLifetime: Double = 3600
    /// Seconds by which the hub's clock is ahead of this machine's: in `Date` headers and in links.
    package var clockOffset: Double = 0
    /// The token that CivitAI accepts. Any other one is silently treated as anonymous, as the service does.
    package var civitaiToken: String = "practice-civitai-token"
    /// The Hugging Face token that may read the gated and the private repository.
    package var hubToken: String = "practice-hf-token"
    /// A valid Hugging Face token whose account is on no gated repository's list and sees no private one.
    package var hubStrangerToken: String = "practice-hf-stranger-token"
    /// The token that the GitHub stand-in accepts.
    package var gitHubToken: String = "practice-github-token"
    /// The token that opens ModelScope's private repo.
    package var modelScopeToken: String = "practice-modelscope-token"
    /// Bytes of the two large files: CivitAI version 12345 and `practice/one`.
    package var modelSize: Int64 = 64 << 20
    /// Bytes per second that one TCP connection gets from the CDN, over all its requests; nil: no limit.
    package var bytesPerSecondPerConnection: Int64?
    /// Bytes per second that all connections to the CDN get together; nil: no limit.
    package var bytesPerSecondTotal: Int64?
    /// File bodies that the CDN sends at the same time; a request above that gets a 503. nil: no limit.
    package var simultaneousTransfers: Int?
    /// Whether the Hub names Xet hashes, which makes clients that speak Xet leave the HTTP route.
    package var offersXet: Bool = false
    /// Requests per five minutes that the Hub's `RateLimit` headers promise, for the API and for the resolver.
    package var apiQuota: Int = 500
    package var resolverQuota: Int = 3000
    /// Seconds of such a window.
    package var quotaWindow: Double = 300
    /// An origin to which the Hub sends all its visitors with an absolute 308, as some mirrors do.
    package var forwardsTo: String?
    /// Whether the Hub leaves out the headers that only the real one has: `X-Repo-Commit`, `X-Linked-Size`, `X-Linked-ETag`,
    /// as some mirrors do.
    package var omitsMetadata: Bool = false
    /// Files of the repository `practice/huge`, which is there when this is more than 0.
    package var hugeFiles: Int = 0
    /// Whether the Hub answers 429 when a quota is used up. When false, the headers never show less than one request left.
    package var enforcesQuotas: Bool = false
    /// The content network's origin as links name it, where a proxy is in front of it; nil: its own.
    package var publicCDN: String?
    /// Successful CivitAI link requests until every further one is a 429; nil: no limit.
    package var civitaiDownloadLimit: Int?

    package init() {}
}
