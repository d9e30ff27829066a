/// Which parameters of a link's query are secret, by their names in lower case and percent-decoded.
package enum LinkParameter {
    /// Parameters of the signed links of AWS, R2, Google, Azure, Alibaba and Tencent storage, CloudFront, Akamai and Backblaze.
    package static func signs(_ name: String) -> Bool {
        signing.contains(name) || name.contains("signature")
            || ["x-amz-", "x-goog-", "x-oss-", "x-cos-", "q-sign", "q-ak", "q-key"].contains { name.hasPrefix($0) }
    }

    private static let signing: Set<String> = [
        "signature", "sig", "sign", "policy", "key-pair-id", "expires", "expiry", "authorization", "b2contentdisposition",
        "awsaccesskeyid", "googleaccessid", "ossaccesskeyid", "hmac", "hdnts", "hdnea", "__token__", "x-xet-cas-uid", "verify",
    ]

    /// Parameters that grant access by themselves.
    package static func isCredential(_ name: String) -> Bool {
        ["key", "auth", "pwd", "pass", "code", "jwt", "sid", "bearer"].contains(name) || namesCredential(name)
    }

    /// Names that mean a secret wherever they are, also outside of a query.
    static func namesCredential(_ name: String) -> Bool {
        let marks = ["token", "secret", "passw", "apikey", "api_key", "api-key", "access_key", "accesskey", "credential", "session"]
        return marks.contains { name.contains($0) }
    }

    /// Whether a value is a link or query itself that carries its own secret.
    package static func carriesLink(_ value: String) -> Bool {
        ["token=", "sig=", "signature=", "key=", "authorization="].contains { value.contains($0) }
            || (value.contains("//") && value.contains("@"))
    }
}
