package import FetchTypes
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A TCP port for a fleet's aria2c, reserved against other fetchctl processes of this machine for the lifetime of the value. aria2c
/// opens it only with its first torrent.
package final class PeerPort: Sendable {
    /// The ports on which a fleet's aria2c may listen.
    package static let range: ClosedRange<UInt16> = 7701...7720

    package let number: UInt16
    /// Nil where the system does not support such claims.
    private let claim: ProcessClaim?

    private init(number: UInt16, claim: ProcessClaim?) {
        self.number = number
        self.claim = claim
    }

    /// Reserves the first free port of the range.
    /// - Parameter interface: a numeric address of this machine.
    /// - Throws: ``Failure`` with exit code 69 where all are taken, 64 where the address does not belong to this machine.
    package static func take(on interface: String, from range: ClosedRange<UInt16> = range) throws(Failure) -> PeerPort {
        var isOurs = false
        for port in range {
            let claim: ProcessClaim?
            switch ProcessClaim.attempt("fleet \(interface) \(port)", among: .machine) {
            case .taken(let taken): claim = taken
            case .unavailable: claim = nil
            case .held:
                isOurs = true
                continue
            }
            switch bindingCode(interface, port) {
            case 0: return PeerPort(number: port, claim: claim)
            case EADDRINUSE: isOurs = true
            default: break
            }
        }
        guard isOurs else {
            throw Failure(
                .usage, "\(interface) is not an address of this machine.", hint: "give one that `ip addr` shows: --fleet-interface IP")
        }
        throw Failure(
            .unreachable, "the ports \(range.lowerBound) to \(range.upperBound) of \(interface) are all taken.",
            why: "the fleet's aria2c takes connections on one of them.", hint: "end what listens there, or wait for other fleets to end.")
    }

    /// Tries to bind and listen. Returns 0, or the value of `errno`.
    private static func bindingCode(_ interface: String, _ port: UInt16) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(interface, String(port), &hints, &list) == 0, let found = list else { return EADDRNOTAVAIL }
        defer { freeaddrinfo(list) }
        let descriptor = socket(found.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // aria2c sets this option too: connections of an earlier run in TIME_WAIT do not block the port.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 else { return errno }
        return 0
    }
}
