import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small HTTP/1.1 server: requests and answers are whole and bounded, connections are counted and have deadlines.
///
/// There is no TLS. It runs on a thread of its own until ``stop()``.
package final class HTTPServer: Sendable {
    /// The numeric address that it listens on.
    package let host: String
    package let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let table: ConnectionTable

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, table: ConnectionTable) {
        self.group = group
        self.channel = channel
        self.table = table
        host = channel.localAddress?.ipAddress ?? ""
        port = channel.localAddress?.port ?? 0
    }

    /// Listens, and has every request answered by `handler`.
    /// - Parameters:
    ///   - host: a numeric address, or a name of this machine.
    ///   - port: 0: the kernel chooses one.
    ///   - handler: called once for each whole request, from any thread; its task is cancelled when the connection closes.
    /// - Throws: ``ServerFault``.
    package static func start(
        host: String, port: Int, limits: ServerLimits = ServerLimits(),
        handler: @escaping @Sendable (ServerRequest) async -> ServerAnswer
    ) async throws(ServerFault) -> HTTPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let table = ConnectionTable(limits)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in serve(channel, limits: limits, table: table, handler: handler) }
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            return HTTPServer(group: group, channel: channel, table: table)
        } catch {
            try? await group.shutdownGracefully()
            throw ServerFault(error)
        }
    }

    private static func serve(
        _ channel: any Channel, limits: ServerLimits, table: ConnectionTable,
        handler: @escaping @Sendable (ServerRequest) async -> ServerAnswer
    ) -> EventLoopFuture<Void> {
        let peer = channel.remoteAddress?.ipAddress ?? ""
        guard table.admit(channel, peer: peer) else { return channel.close() }
        channel.closeFuture.whenComplete { _ in table.leave(channel, peer: peer) }
        return channel.eventLoop.makeCompletedFuture {
            var bounds = NIOHTTPDecoderLimitConfiguration()
            bounds.maxHeaderFieldSize = limits.maximumHeader
            bounds.maxHeaderListSize = limits.maximumHeader
            bounds.maxHeaderFieldCount = 64
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withEncoderConfiguration: HTTPResponseEncoder.Configuration(), withDecoderLimitConfiguration: bounds)
            try pipeline.addHandler(ConnectionHandler(limits: limits, table: table, peer: peer, handle: handler))
        }
    }

    /// Connections that are open now.
    package var connections: Int { table.count }

    /// Closes the port and all connections, cancels what answers them, and ends the thread; takes milliseconds.
    package func stop() async {
        try? await channel.close()
        table.closeAll()
        table.end()
        try? await group.shutdownGracefully()
    }
}

extension ServerFault {
    init(_ error: any Error) {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE: self = .portTaken
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: self = .notOurAddress
        case is SocketAddressError.UnknownHost: self = .unknownHost
        case let error as IOError: self = .failed("error \(error.errnoCode) of the system")
        default: self = .failed("the address cannot be used")
        }
    }
}
