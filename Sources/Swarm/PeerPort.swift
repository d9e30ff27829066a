package import FetchTypes
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A TCP port for a fleet's aria2c, held against the other fetchctl processes of this machine for as long as the value lives. aria2c
/// itself opens it with its first torrent only.
package final class PeerPort: Sendable {
    /// Where aria2c of a fleet listens.
    package static let range: ClosedRange<UInt16> = 7701...7720

    package let number: UInt16
    /// Nil where the system has no such claims.
    private let claim: ProcessClaim?

    private init(number: UInt16, claim: ProcessClaim?) {
        self.number = number
        self.claim = claim
    }

    /// The first port of the range that is free.
    /// - Parameter interface: a numeric address of this machine's.
    /// - Throws: ``Failure`` with exit code 69 where all are taken, or the address is none of this machine's.
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
                .unreachable, "nothing can listen on \(interface).", why: "it is no address of this machine.",
                hint: "name one with --fleet-interface IP.")
        }
        throw Failure(
            .unreachable, "the ports \(range.lowerBound) to \(range.upperBound) of \(interface) are all taken.",
            why: "the fleet's aria2c takes connections on one of them.", hint: "end what listens there, or wait for other fleets to end.")
    }

    /// What binding and listening comes to: 0, or the value of `errno`.
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
        // As aria2c does: connections of an earlier run that are not quite over are no hindrance.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 else { return errno }
        return 0
    }
}
