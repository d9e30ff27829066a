import FetchTypes
import Server
import Testing

@testable import Fleet

@Suite("Requests to other members") struct FleetClientTests {
    @Test("report a server of another kind as unreachable, not as another secret", arguments: [200, 404, 501])
    func otherServer(status: Int) async throws {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, limits: ServerLimits()) { _ in
            var answer = ServerAnswer.text("something else")
            answer.status = status
            return answer
        }
        let client = FleetClient(secret: try FleetSecret(text: "0123456789abcdef"), userAgent: "test")
        defer { client.shutDown() }
        let place = FleetClient.Place(host: "127.0.0.1", port: Int(server.port))
        await #expect(throws: FleetClient.Fault.unreachable) { _ = try await client.hello(place) }
        await server.stop()
    }
}
