import CCurl
import FetchTypes

/// Opens the sockets of one exchange: refuses addresses that it may not reach, and uses connections that were made in advance.
struct ExchangeSockets {
    private let request: HTTPRequest
    private let firstAddresses: FirstAddresses
    private let spares: SpareConnections
    /// The address of the socket that was opened last.
    private var address: SocketAddress?
    /// That socket is a connection that was made in advance.
    private var isSpare = false
    /// When the host is taken to be far away, so that further connections are made; nil once that is settled.
    private var furtherConnectionsDue: ContinuousClock.Instant?
    /// An answer that takes longer comes over a line where a further connection costs a round trip worth sparing.
    private static let soon = Duration.milliseconds(15)
    /// This exchange is the first to connect to its host.
    private var decidesHost = false
    /// An address inside a private network was refused.
    private(set) var hasRefused = false

    init(_ request: HTTPRequest, firstAddresses: FirstAddresses, spares: SpareConnections) {
        self.request = request
        self.firstAddresses = firstAddresses
        self.spares = spares
    }

    /// The request is about to be sent.
    mutating func begin() {
        if request.furtherConnections > 0 { furtherConnectionsDue = .now + Self.soon }
    }

    /// - Returns: libcurl's invalid socket (-1) where the address is refused.
    mutating func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // In place: for IPv6 the address reaches past the declared field.
        let ip = IPAddress(socketAddress: UnsafeRawPointer(address) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!)
        guard mayReach(isPrivate: ip?.isSpecialPurpose ?? true) else {
            hasRefused = true
            return curl_socket_t(-1)
        }
        let target = SocketAddress(address)
        self.address = target
        let spare = spares.take(to: target)
        isSpare = spare != nil
        return spare ?? openPlainSocket(address.pointee)
    }

    /// Whether libcurl still has to connect the socket that was opened last.
    var state: Int32 { Int32(isSpare ? CURL_SOCKOPT_ALREADY_CONNECTED : CURL_SOCKOPT_OK) }

    /// Makes the further connections that the request asks for, when the host has not answered soon.
    /// - Returns: seconds until it is to be called again; nil when that is settled.
    mutating func makeFurtherConnections(hasAnswer: Bool, now: ContinuousClock.Instant) -> Duration? {
        guard let due = furtherConnectionsDue else { return nil }
        if hasAnswer {
            furtherConnectionsDue = nil
            return nil
        }
        guard now >= due else { return due - now }
        guard let address else { return Self.soon }
        furtherConnectionsDue = nil
        spares.make(request.furtherConnections, to: address)
        return nil
    }

    private mutating func mayReach(isPrivate: Bool) -> Bool {
        let host = request.url.host
        if firstAddresses.isFirst(host, isPrivate: isPrivate) {
            decidesHost = true
        } else if decidesHost, isPrivate, request.allowsPrivateAddress {
            firstAddresses.setPrivate(host)
        }
        return !isPrivate || (request.allowsPrivateAddress && firstAddresses.wasPrivate(host) == true)
    }

    /// Whether the request may be sent over a connection to that address, which may have been made for another request.
    mutating func maySend(to remoteAddress: String) -> Bool {
        hasRefused = IPAddress(numeric: remoteAddress)?.isSpecialPurpose ?? true
        return !hasRefused
    }
}
