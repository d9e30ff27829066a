internal import FetchTypes

/// Addresses below a service's endpoint, which a variable of the environment may have set.
enum EndpointURL {
    /// The endpoint without trailing slashes.
    static func prefix(_ endpoint: WebURL) -> String {
        var text = endpoint.redacted
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// - Parameters:
    ///   - path: percent-encoded, with its leading slash; a query may follow.
    ///   - variable: the environment variable that sets the endpoint, for the message.
    /// - Throws: ``Failure`` (78) where both together are no URL.
    static func join(_ endpoint: WebURL, _ path: String, variable: String) throws(Failure) -> WebURL {
        let base = prefix(endpoint)
        guard let url = WebURL(base + path) else {
            throw Failure(
                .config, "\(variable) is no usable address: \(base)",
                hint: "set it to an address such as https://example.com, or unset it.")
        }
        return url
    }
}
