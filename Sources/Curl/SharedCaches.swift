import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// DNS answers and TLS sessions of one client: each loop's own libcurl would ask for the name again, and each handle's make a whole
/// TLS handshake again.
///
/// `@unchecked Sendable`: the pointers are set once; libcurl takes the locks given here around every use of a cache.
final class SharedCaches: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    /// One for each kind of cache.
    private let locks: UnsafeMutablePointer<pthread_mutex_t>
    private static let kinds = Int(CURL_LOCK_DATA_LAST.rawValue)

    /// Needs a libcurl that has been started.
    init() {
        locks = .allocate(capacity: Self.kinds)
        for kind in 0..<Self.kinds { pthread_mutex_init(locks + kind, nil) }
        guard let share = curl_share_init() else { fatalError("libcurl gave no shared caches") }
        pointer = share
        let isReady =
            fetchctl_share_set_locks(share, lockCache, unlockCache, locks) == CURLSHE_OK
            && fetchctl_share_set_data(share, CURL_LOCK_DATA_DNS) == CURLSHE_OK
        precondition(isReady, "libcurl refuses to share its caches")
        // A libcurl without TLS has none.
        _ = fetchctl_share_set_data(share, CURL_LOCK_DATA_SSL_SESSION)
    }

    /// Every handle that uses them keeps a reference: none is left then.
    deinit {
        curl_share_cleanup(pointer)
        for kind in 0..<Self.kinds { pthread_mutex_destroy(locks + kind) }
        locks.deallocate()
    }
}

private func mutex(_ kind: curl_lock_data, _ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<pthread_mutex_t> {
    context!.assumingMemoryBound(to: pthread_mutex_t.self) + Int(kind.rawValue)
}

private let lockCache: fetchctl_lock_callback = { _, kind, _, context in pthread_mutex_lock(mutex(kind, context)) }
private let unlockCache: fetchctl_unlock_callback = { _, kind, context in pthread_mutex_unlock(mutex(kind, context)) }
