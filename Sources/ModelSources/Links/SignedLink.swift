internal import FetchTypes

/// What a signed URL tells about itself.
enum SignedLink {
    /// When the link stops working, in seconds since 1970 by the server's clock; nil when it does not say. The earliest,
    /// when it says several.
    ///
    /// Read are CloudFront and S3 v2 (`Expires`), S3 v4 (`X-Amz-Date` and `X-Amz-Expires`), Google
    /// (`X-Goog-…`), Backblaze B2 (`Authorization=3_<start>_<signature>_<zone>_<end>_<…>_dnld`) and Azure (`se` beside `sig`).
    static func expires(of url: WebURL) -> Double? {
        var items: [String: String] = [:]
        for (name, value) in url.queryItems where items[name.lowercased()] == nil { items[name.lowercased()] = value }
        var times: [Double] = []
        if let epoch = items["expires"], epoch.utf8.count != 14, let time = UTCTime.digits(epoch) { times.append(time) }
        for vendor in ["x-amz", "x-goog"] {
            if let start = items["\(vendor)-date"].flatMap(UTCTime.compact),
                let life = items["\(vendor)-expires"].flatMap({ Int(digits: $0) }),
                (0...31_536_000).contains(life)
            {
                times.append(start + Double(life))
            }
        }
        if let end = items["authorization"].flatMap(backblazeEnd) { times.append(end) }
        if items["sig"] != nil, let end = items["se"].flatMap(UTCTime.iso8601) { times.append(end) }
        return times.min()
    }

    /// The third part from the end, so that a signature with `_` in it does no harm.
    private static func backblazeEnd(_ value: String) -> Double? {
        let parts = value.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts[0] == "3" else { return nil }
        return UTCTime.digits(String(parts[parts.count - 3])) ?? UTCTime.digits(String(parts[4]))
    }

    /// What to say of a pasted link whose time is over.
    static func expired(_ url: WebURL, at time: Double) -> Failure {
        let civitai = url.host == "b2.civitai.com" || url.host.hasPrefix("civitai-")
        return Failure(
            .tokenRejected, "this link to \(url.host) expired at \(UTCTime.shown(time)).",
            why: "it is a signed link, which works for a limited time only.",
            hint: civitai
                ? "paste the link of the model's page at CivitAI instead (https://civitai.com/models/…)."
                : "paste the page or the stable link that led to it, or a fresh copy of the link.")
    }
}
