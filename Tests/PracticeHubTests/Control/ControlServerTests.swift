import Foundation
import PracticeHub
import Testing

@Suite("The control URLs")
struct ControlTests {
    @Test("show and forget the requests")
    func requests() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin?x=%20y"
            _ = try await HubClient.send("GET", url, headers: ["Range": "bytes=0-99", "X-Test": "1"])
            let list = try await HubClient.send("GET", addresses.control + "/requests")
            let records = try JSONDecoder().decode([RecordedRequest].self, from: list.body)
            let record = try #require(records.first)
            #expect(records.count == 1)
            #expect(record.server == "cdn")
            #expect(record.method == "GET")
            #expect(record.path == "/plain/small.bin?x=%20y")
            #expect(record.header("x-test") == "1")
            #expect(record.status == 206)
            #expect(record.bodyBytesSent == 100)
            #expect(record.connection > 0)
            #expect(abs(record.time - Date().timeIntervalSince1970) < 60)
            #expect(records == (await hub.requests()))
            #expect(try await HubClient.send("DELETE", addresses.control + "/requests").status == 204)
            #expect(await hub.requests().isEmpty)
        }
    }

    @Test("set and end faults, which leave them alone")
    func faults() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            let fault = #"{"match":"","kind":"status","status":500}"#
            #expect(try await HubClient.send("POST", addresses.control + "/faults", body: fault).status == 204)
            #expect(try await HubClient.send("GET", url).status == 500)
            #expect(try await HubClient.send("DELETE", addresses.control + "/faults").status == 204)
            #expect(try await HubClient.send("GET", url).status == 200)
            let wrong = try await HubClient.send("POST", addresses.control + "/faults", body: #"{"match":"","kind":"none"}"#)
            #expect(wrong.status == 400)
        }
    }

    @Test(
        "add files to every service",
        arguments: [
            #"{"place":"plain","name":"a b.bin","size":1000,"seed":9}"#,
            #"{"place":"hub","repository":"new/repo","name":"x/weights.safetensors","size":5000}"#,
            #"{"place":"hub","repository":"practice/data","repositoryKind":"datasets","name":"more.bin","size":5000}"#,
            #"{"place":"civitai","version":777,"model":778,"name":"new.gguf","size":3000}"#,
        ])
    func files(description: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let added = try await HubClient.send("POST", addresses.control + "/files", body: description).object
            var url = try #require(added["url"] as? String)
            var answer = try await HubClient.send("GET", url)
            while let location = answer.header("Location") {
                url = location
                answer = try await HubClient.send("GET", url)
            }
            #expect(answer.status == 200)
            #expect(answer.body.count == added["size"] as? Int)
            let catalogue = try await HubClient.send("GET", addresses.control + "/catalogue")
            #expect(catalogue.text.contains(try #require(added["sha256"] as? String)))
        }
    }
}
