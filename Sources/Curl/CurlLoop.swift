import CCurl
import FetchTypes
import Synchronization

/// The one thread that runs libcurl: others post exchanges and wake it.
///
/// `curl_multi_poll` with `curl_multi_wakeup` ends a cancelled exchange within a millisecond. It is a
/// thread of its own, because waiting there would starve the cooperative pool.
final class CurlLoop: Sendable {
    private struct Mailbox {
        var arrived: [Exchange] = []
        var isStopping = false
        /// Nil before the first exchange, and once ``stop()`` has taken it to join it. Under the same lock as the rest: a thread
        /// that is made after ``stop()`` would never be joined.
        var thread: SystemThread?
    }

    /// libcurl allows `curl_multi_wakeup` from any thread while the handle lives, and it lives until the
    /// thread has been joined; every other call is made on the loop's thread.
    private struct Multi: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private let multi: Multi
    private let settings: NetworkSettings
    private let caches: SharedCaches
    private let spares: SpareConnections
    /// Requests to one host share few connections where it offers HTTP/2.
    private let multiplexes: Bool
    private let mailbox = Mutex(Mailbox())

    /// What the loop's thread works at.
    private struct Work {
        var active: [ObjectIdentifier: Exchange] = [:]
        /// A server has answered over HTTP/1.1 where HTTP/2 was offered: such servers are given more connections.
        var servesSingles = false
    }

    init(settings: NetworkSettings, caches: SharedCaches, spares: SpareConnections, multiplexes: Bool = false) {
        self.spares = spares
        self.settings = settings
        self.caches = caches
        self.multiplexes = multiplexes
        multi = Multi(pointer: curl_multi_init())
        _ = fetchctl_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, 128)
        guard multiplexes else { return }
        // What finds no place waits within libcurl. All connections are opened at once: one after the other would cost a
        // handshake each.
        _ = fetchctl_multi_set_long(multi.pointer, CURLMOPT_MAX_CONCURRENT_STREAMS, StreamLimits.streamsPerConnection)
        _ = fetchctl_multi_set_long(multi.pointer, CURLMOPT_MAX_HOST_CONNECTIONS, StreamLimits.connections)
    }

    deinit { curl_multi_cleanup(multi.pointer) }

    /// Starts the thread at the first use, then hands it the exchange. After ``stop()`` it ends as cancelled.
    func post(_ exchange: Exchange) {
        let accepted = mailbox.withLock { mailbox in
            guard !mailbox.isStopping else { return false }
            mailbox.arrived.append(exchange)
            if mailbox.thread == nil { mailbox.thread = startThread() }
            return true
        }
        guard accepted else {
            exchange.continuation?.resume(throwing: exchange.fault(.cancelled, "the network is shut down"))
            return
        }
        wake()
    }

    /// There is a thread that has not been joined yet.
    var hasThread: Bool { mailbox.withLock { $0.thread != nil } }

    func wake() { curl_multi_wakeup(multi.pointer) }

    /// Ends every exchange as cancelled and joins the thread: OpenSSL's exit handlers would race it otherwise.
    func stop() {
        let running = mailbox.withLock { mailbox in
            mailbox.isStopping = true
            return mailbox.thread.take()
        }
        wake()
        running?.join()
    }

    private func startThread() -> SystemThread {
        do { return try SystemThread { self.run() } } catch {
            preconditionFailure("no thread could be made for the network: error \(error.code)")
        }
    }

    // MARK: on the loop's thread

    private func run() {
        var work = Work()
        while true {
            let (arrived, isStopping) = mailbox.withLock { mailbox in
                defer { mailbox.arrived = [] }
                return (mailbox.arrived, mailbox.isStopping)
            }
            for exchange in arrived { start(exchange, &work) }
            for exchange in work.active.values where isStopping || exchange.isCancelled.load(ordering: .relaxed) {
                finish(exchange, &work, .failure(exchange.fault(.cancelled, "cancelled")))
            }
            if isStopping { return }
            var running: Int32 = 0
            curl_multi_perform(multi.pointer, &running)
            collect(&work)
            let wait = min(resumePaused(work.active), makeSpares(work.active))
            curl_multi_poll(multi.pointer, nil, 0, wait, nil)
        }
    }

    private func start(_ exchange: Exchange, _ work: inout Work) {
        work.active[ObjectIdentifier(exchange)] = exchange
        do {
            // Once hosts may have many connections, the first one shows whether this host needs them.
            let easy = try exchange.prepare(settings, caches, awaitsFirstConnection: multiplexes && work.servesSingles)
            let code = curl_multi_add_handle(multi.pointer, easy)
            if code != CURLM_OK { throw exchange.fault(.malformed, String(cString: curl_multi_strerror(code))) }
        } catch {
            finish(exchange, &work, .failure(error))
        }
    }

    private func collect(_ work: inout Work) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            var own: UnsafeMutableRawPointer?
            fetchctl_get_pointer(easy, CURLINFO_PRIVATE, &own)
            let exchange = Unmanaged<Exchange>.fromOpaque(own!).takeUnretainedValue()
            finish(exchange, &work, exchange.result(fetchctl_message_result(message)))
        }
    }

    private func finish(_ exchange: Exchange, _ work: inout Work, _ result: Result<HTTPResponse, any Error>) {
        guard work.active.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
        if multiplexes, !work.servesSingles, exchange.multiplexed == false {
            work.servesSingles = true
            _ = fetchctl_multi_set_long(multi.pointer, CURLMOPT_MAX_HOST_CONNECTIONS, StreamLimits.singleConnections)
        }
        if let easy = exchange.easy.pointer { curl_multi_remove_handle(multi.pointer, easy) }
        exchange.continuation?.resume(with: result)
        exchange.continuation = nil
    }

    /// Makes connections ahead, and closes those that have not been used.
    /// - Returns: milliseconds until it is to be called again.
    private func makeSpares(_ active: [ObjectIdentifier: Exchange]) -> Int32 {
        var wait = Duration.seconds(1)
        for exchange in active.values {
            if let due = exchange.makeFurtherConnections() { wait = min(wait, due) }
        }
        spares.closeOld()
        return Int32((wait / .milliseconds(1)).rounded(.up))
    }

    /// Lets those go on whose pause for the rate limit is over.
    /// - Returns: milliseconds until the next one may.
    private func resumePaused(_ active: [ObjectIdentifier: Exchange]) -> Int32 {
        var wait: Int32 = 1000
        for exchange in active.values {
            guard let until = exchange.pausedUntil else { continue }
            let left = (until - .now) / .milliseconds(1)
            if left <= 0 {
                exchange.pausedUntil = nil
                // Delivers what libcurl holds back at once, which may pause it again.
                curl_easy_pause(exchange.easy.pointer, CURLPAUSE_CONT)
                if exchange.pausedUntil == nil { wait = 0 }
            } else {
                wait = min(wait, max(1, Int32(min(1000, left.rounded(.up)))))
            }
        }
        return wait
    }
}
