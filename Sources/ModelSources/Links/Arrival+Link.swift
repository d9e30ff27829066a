import FetchTypes

extension RedirectWalk.Arrival {
    /// The link to the bytes that were asked for by a range: where the answer leads, or the address that gave them.
    /// - Returns: nil when the answer is neither; what it means instead is the source's to say.
    /// - Throws: ``Failure`` of kind `server` for a size that no file has.
    func link(_ policy: RedirectPolicy, now: Double) throws(Failure) -> ByteLink? {
        let offset = response.clockOffset(now: now)
        if let next {
            return ByteLink(
                url: next, expires: SignedLink.expires(of: next), clockOffset: offset,
                allowsPrivateAddress: policy.allowsPrivateAddress(next))
        }
        // An empty file has no first byte to ask for.
        let isEmpty = response.status == 416 && response.totalLength == 0
        guard [200, 206].contains(response.status) || isEmpty else { return nil }
        // A coded body's length is not the file's.
        let size = response.contentCoding == nil ? try response.declaredSize.checked(url.host, of: "the file") : nil
        var link = ByteLink(
            url: url, secretHeaders: secrets.headers, expires: SignedLink.expires(of: url), clockOffset: offset,
            size: size, etag: response.headers["ETag"],
            allowsPrivateAddress: policy.allowsPrivateAddress(url), servesRanges: response.status == 206)
        link.lastModified = response.headers["Last-Modified"]
        link.answer = LinkAnswer(response, at: now)
        return link
    }
}
