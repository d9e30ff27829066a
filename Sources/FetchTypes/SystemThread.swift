#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread of the system, for work that may block.
package struct SystemThread: Sendable {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    #if canImport(Darwin)
        private var id: pthread_t?
    #else
        private var id = pthread_t()
    #endif

    /// Starts the closure on a new thread, which ``join()`` has to wait for.
    /// - Throws: ``SystemThreadFault`` where the system cannot create one.
    package init(_ body: @escaping @Sendable () -> Void) throws(SystemThreadFault) {
        let work = Unmanaged.passRetained(Work(body))
        let code = pthread_create(
            &id, nil,
            { context in
                #if canImport(Darwin)
                    let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                #else
                    let work = Unmanaged<Work>.fromOpaque(context!).takeRetainedValue()
                #endif
                work.body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw SystemThreadFault(code: code)
        }
    }

    /// Waits for the end of the thread.
    package func join() {
        #if canImport(Darwin)
            if let id { pthread_join(id, nil) }
        #else
            pthread_join(id, nil)
        #endif
    }

    /// Runs the closure on a new thread that ends by itself. Where the system cannot create one, the closure does not run.
    package static func startDetached(_ body: @escaping @Sendable () -> Void) {
        guard let thread = try? SystemThread(body) else { return }
        #if canImport(Darwin)
            if let id = thread.id { pthread_detach(id) }
        #else
            pthread_detach(thread.id)
        #endif
    }
}

/// The system could not create a thread.
package struct SystemThreadFault: Error {
    /// The value of `errno`.
    package let code: Int32
}
