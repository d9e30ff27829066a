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
        if items.contains(where: { LinkParameter.signs($0.name.lowercased()) || LinkParameter.carriesLink($0.value.lowercased()) }) {
            return redacted
        }
        let secret = Set(items.map(\.name).filter { LinkParameter.isCredential($0.lowercased()) })
        let rest = removingQueryItems(secret)
        return rest.redacted + (rest.query.map { $0.isEmpty ? "" : "?" + $0 } ?? "")
    }
}
