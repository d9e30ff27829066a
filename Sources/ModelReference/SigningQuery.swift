package import FetchTypes

/// What of a URL may be printed and stored.
extension WebURL {
    /// The URL without user information, fragment, and anything in its query that grants access.
    ///
    /// A signed URL loses its whole query: every parameter of it is part of the signature, and its path
    /// names the object. A parameter that is a token by itself goes alone, so that what else selects the
    /// file (`?id=7`) still tells two files apart.
    package var shown: String {
        guard query != nil else { return redacted }
        let items = queryItems
        if items.contains(where: { Self.signs($0.name.lowercased()) || Self.carriesLink($0.value.lowercased()) }) { return redacted }
        let secret = Set(items.map(\.name).filter { Self.isCredential($0.lowercased()) })
        let rest = removingQueryItems(secret)
        return rest.redacted + (rest.query.map { $0.isEmpty ? "" : "?" + $0 } ?? "")
    }

    /// Parameters of AWS, R2, Google, Azure, Alibaba and Tencent storage, CloudFront, Akamai and Backblaze links.
    private static func signs(_ name: String) -> Bool {
        let names: Set = [
            "signature", "sig", "sign", "policy", "key-pair-id", "expires", "expiry", "authorization", "b2contentdisposition",
            "awsaccesskeyid", "googleaccessid", "ossaccesskeyid", "hmac", "hdnts", "hdnea", "__token__", "x-xet-cas-uid", "verify",
        ]
        return names.contains(name) || ["x-amz-", "x-goog-", "x-oss-", "x-cos-", "q-sign", "q-ak", "q-key"].contains { name.hasPrefix($0) }
    }

    private static func isCredential(_ name: String) -> Bool {
        let names: Set = ["key", "auth", "pwd", "pass", "code", "jwt", "sid", "bearer"]
        let marks = ["token", "secret", "passw", "apikey", "api_key", "api-key", "access_key", "accesskey", "credential", "session"]
        return names.contains(name) || marks.contains { name.contains($0) }
    }

    /// A value that is a link or query itself, and carries its own secret.
    private static func carriesLink(_ value: String) -> Bool {
        ["token=", "sig=", "signature=", "key=", "authorization="].contains { value.contains($0) }
            || (value.contains("//") && value.contains("@"))
    }
}
