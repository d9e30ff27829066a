import NIOCore
import NIOHTTP1

/// One connection on its event loop: collects a request within its bounds, has it answered by a task, writes the answer.
///
/// The handler in front of it holds further requests back until the answer is written, so there is one request at a time.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServerLimits
    private let table: ConnectionTable
    private let peer: String
    private let handle: @Sendable (ServerRequest) async -> ServerAnswer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// The request was too large: what is left of it is dropped until the connection closes.
    private var isRefused = false
    private var answering: Task<Void, Never>?
    private var deadline: Scheduled<Void>?

    init(
        limits: ServerLimits, table: ConnectionTable, peer: String, handle: @escaping @Sendable (ServerRequest) async -> ServerAnswer
    ) {
        self.limits = limits
        self.table = table
        self.peer = peer
        self.handle = handle
    }

    func channelActive(context: ChannelHandlerContext) {
        arm(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        // No client is left that would read the answer.
        answering?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let bytes): add(bytes, context)
        case .end: end(context)
        }
    }

    private func arm(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(limits.request)) { channel.close(promise: nil) }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        body = []
        let announced = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        if announced > limits.maximumBody { refuse(head, context) }
    }

    private func add(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isRefused, let head else { return }
        if body.count + bytes.readableBytes > limits.maximumBody { return refuse(head, context) }
        body.append(contentsOf: bytes.readableBytesView)
    }

    private func refuse(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isRefused = true
        body = []
        var answer = ServerAnswer(status: 413)
        answer.headers = [("Connection", "close")]
        write(answer, to: head, closes: true, context)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard !isRefused, let head else { return }
        deadline?.cancel()
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = ServerRequest(
            method: head.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil,
            headers: head.headers.map { ($0.name, $0.value) }, body: body, peer: peer)
        body = []
        let (loop, table, handle) = (context.eventLoop, table, handle)
        let place = NIOLoopBound((self, context), eventLoop: loop)
        answering = Task {
            let answer = await handle(request)
            table.run(on: loop) {
                let (handler, context) = place.value
                handler.finish(answer, to: head, context)
            }
        }
    }

    private func finish(_ answer: ServerAnswer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        answering = nil
        guard context.channel.isActive else { return }
        // The next request may follow the answer's end.
        arm(context)
        write(answer, to: head, closes: !head.isKeepAlive, context)
    }

    private func write(_ answer: ServerAnswer, to head: HTTPRequestHead, closes: Bool, _ context: ChannelHandlerContext) {
        var fields = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        fields.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
        if closes { fields.replaceOrAdd(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))), promise: nil)
        if head.method != .HEAD, !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        if closes {
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
