package import FetchTypes

/// Why an engine stopped before the file was whole. What is on the disk by then is kept and mapped.
package enum TransferFault: Error, Sendable {
    /// The way to the server broke.
    case network(TransportFault)
    /// The server answered with a status that is not a file.
    case refused(status: Int, retryAfter: Seconds?, host: String)
    /// The source now offers something else than the record says.
    case changed(String)
    /// The server gives only the whole file, and not the part that is missing.
    case rangesIgnored
    /// The source's size and the published one differ, or fewer bytes came than were announced.
    case wrongSize(expected: Int64, got: Int64)
    /// A web page came where the file should be.
    case page(host: String)
    /// The answer is compressed (`gzip`) without having been asked for: its bytes are not the file's.
    case coded(String, host: String)
    /// An answer that makes no sense, such as another range than was asked for.
    case protocolViolation(String)
    /// Nothing came for too long.
    case stalled(host: String)
    /// The engine itself does not work (any more): another must go on.
    case engineLost(String)
    /// The engine leaves the file to another one, and the user was told why.
    case engineLeft
}
