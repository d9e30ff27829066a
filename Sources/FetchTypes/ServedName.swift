/// What there is to name a file by, besides the user's word.
package struct ServedName: Sendable, Equatable {
    /// What the source calls it, else what its link does; a path where it is in a repo. Untrusted: not yet checked.
    package var path: String
    /// The name that the server gives along with the bytes: its `Content-Disposition`, or what a service publishes.
    package var given: String?
    /// The same for a program that reads nothing but `filename`, without decoding it, as curl does.
    package var plain: String?
    /// Where redirects led to; nil where the source is more than a link.
    package var url: WebURL?

    package init(path: String, given: String?, url: WebURL?) {
        self.path = path
        self.given = given
        plain = given
        self.url = url
    }
}
