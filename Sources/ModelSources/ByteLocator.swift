/// Turns a file into an address for its bytes. Called once for a job, and again only to renew.
package protocol ByteLocator: Sendable {
    /// The host that is asked; never more of its URL.
    var host: String { get }

    /// - Throws: ``Failure`` when the source refuses for good, ``TransientRefusal`` when it may answer
    ///   later, ``TransportFault`` when it was not reached.
    func locate() async throws -> ByteLink
}
