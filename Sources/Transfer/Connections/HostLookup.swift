import Curl
import FetchTypes
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks for a name's addresses, all of them.
enum HostLookup {
    /// - Returns: none where the name has none, or no name server answers.
    static func addresses(of host: String) async -> Set<IPAddress> {
        (try? await BlockingExecutor.run { ask(host) }) ?? []
    }

    private static func ask(_ host: String) -> Set<IPAddress> {
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, nil, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: Set<IPAddress> = []
        var next = first
        while let entry = next {
            if let address = entry.pointee.ai_addr, let known = IPAddress(socketAddress: UnsafeRawPointer(address)) { found.insert(known) }
            next = entry.pointee.ai_next
        }
        return found
    }
}
