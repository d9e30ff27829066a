import PracticeHub
import Foundation
import Testing

@Suite("Fault lab: a certificate of a private authority", .requiresNginx)
struct CertificateTests {
    /// Which variable names what of the authority, and the expected result.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// `FILE`, `DIR` and `OTHER` (another authority) stand for paths.
        let environment: [String: String]
        let code: Int32
        /// Who does the job where aria2c is asked for.
        var engine = Engine.aria2
    }

    static let rows = [
        Row(testDescription: "trusted through CURL_CA_BUNDLE", environment: ["CURL_CA_BUNDLE": "FILE"], code: 0),
        Row(testDescription: "trusted through SSL_CERT_FILE", environment: ["SSL_CERT_FILE": "FILE"], code: 0),
        Row(testDescription: "trusted through SSL_CERT_DIR", environment: ["SSL_CERT_DIR": "DIR"], code: 0, engine: .builtin),
        Row(testDescription: "trusted through REQUESTS_CA_BUNDLE", environment: ["REQUESTS_CA_BUNDLE": "FILE"], code: 0),
        Row(
            testDescription: "trusted through REQUESTS_CA_BUNDLE as a directory", environment: ["REQUESTS_CA_BUNDLE": "DIR"], code: 0,
            engine: .builtin),
        Row(
            testDescription: "trusted through the first of them",
            environment: ["CURL_CA_BUNDLE": "FILE", "SSL_CERT_FILE": "OTHER", "REQUESTS_CA_BUNDLE": "OTHER"], code: 0),
        Row(
            testDescription: "not trusted by the first of them", environment: ["CURL_CA_BUNDLE": "OTHER", "SSL_CERT_FILE": "FILE"], code: 69
        ),
        Row(testDescription: "not trusted by another's", environment: ["REQUESTS_CA_BUNDLE": "OTHER"], code: 69),
        Row(testDescription: "not trusted where the file is missing", environment: ["CURL_CA_BUNDLE": "/no/such/file.pem"], code: 69),
        Row(testDescription: "not trusted at all", environment: [:], code: 69),
    ]

    /// A content network with TLS; gives its address and what stands for the authority's files.
    private func withServer(
        _ engine: Engine, names: String = "IP:127.0.0.1,DNS:localhost", server: String = "",
        _ body: (Scenario, _ url: String, _ trust: [String: String], Data) async throws -> Void
    ) async throws {
        try await withScenario(engine) { scenario in
            let authority = try await PracticeAuthority(in: scenario.box, names: names)
            let nginx = try Nginx(
                in: scenario.box,
                server: "ssl_certificate \(authority.certificate); ssl_certificate_key \(authority.key);\n" + server, listen: "ssl")
            let content = try #require(await scenario.hub.plainFile("large.bin")).data
            try nginx.put(content, as: "large.bin")
            try await nginx.serving {
                try await body(scenario, "https://127.0.0.1:\(nginx.port)/large.bin", authority.trust, content)
            }
        }
    }

    @Test("is trusted only where its file is named", arguments: rows, Engine.allCases)
    func row(row: Row, engine: Engine) async throws {
        try await withServer(engine) { scenario, url, trust, content in
            let outcome = try await scenario.add(
                url, "--json", "--retries", "1", environment: row.environment.mapValues { trust[$0] ?? $0 })
            guard row.code == 0 else {
                outcome.expectFailure(row.code, kind: "tls")
                #expect(scenario.box.files.isEmpty)
                return
            }
            outcome.expectSuccess()
            #expect(scenario.box.data("large.bin") == content)
            scenario.expectNoCompanions("large.bin")
            #expect(try outcome.event("finished")["engine"]?.string == (engine == .aria2 ? row.engine : .builtin).rawValue)
        }
    }

    @Test("for another name is not trusted, whichever authority signed it", arguments: Engine.allCases)
    func otherName(engine: Engine) async throws {
        try await withServer(engine, names: "DNS:somewhere.example.com") { scenario, url, trust, _ in
            let outcome = try await scenario.add(url, "--json", environment: ["CURL_CA_BUNDLE": trust["FILE"]!])
            outcome.expectFailure(69, kind: "tls")
        }
    }

    /// What comes of a netrc file that is a pipe: it is read for https only.
    @Test("takes a netrc file that is a pipe, once, and does not wait for one without a writer", arguments: [true, false])
    func netrcPipe(isWritten: Bool) async throws {
        try await withServer(
            .builtin,
            server: """
                location /closed/ { auth_basic practice; auth_basic_user_file users; try_files /large.bin =404; }
                location /open/ { try_files /large.bin =404; }
                """
        ) { scenario, url, trust, content in
            let users = scenario.box.root + "/nginx/users"
            try "anna:{PLAIN}s3cret\n".write(toFile: users, atomically: true, encoding: .utf8)
            let pipe = scenario.box.root + "/netrc"
            try #require(mkfifo(pipe, 0o600) == 0)
            let folder = url.replacing("/large.bin", with: isWritten ? "/closed" : "/open")
            let running = try await Fetchctl.start(
                ["add", folder + "/x.bin", folder + "/y.bin", "--json"],
                environment: scenario.environment.merging(["CURL_CA_BUNDLE": trust["FILE"]!, "NETRC": pipe]) { $1 }, cwd: scenario.box.work)
            if isWritten {
                var writer: Int32 = -1
                let isRead = await eventually {
                    writer = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
                    return writer >= 0
                }
                #expect(isRead)
                let text = "machine 127.0.0.1 login anna password s3cret\n"
                #expect(write(writer, text, text.utf8.count) == text.utf8.count)
                close(writer)
            }
            let outcome = await running.end(timeout: 30)
            outcome.expectSuccess()
            for name in ["x.bin", "y.bin"] { #expect(scenario.box.data(name) == content) }
            let warnings = try outcome.events().filter { $0.name == "warning" && $0["kind"]?.string == "netrc" }
            #expect(warnings.count == (isWritten ? 0 : 1), "\(outcome.story)")
        }
    }

    @Test("does not permit a redirect to http: 69, and no request is sent there", arguments: Engine.allCases)
    func downgrade(engine: Engine) async throws {
        try await withScenario(engine) { outer in
            let authority = try await PracticeAuthority(in: outer.box, names: "IP:127.0.0.1")
            let nginx = try Nginx(
                in: outer.box,
                server: """
                    ssl_certificate \(authority.certificate); ssl_certificate_key \(authority.key);
                    location / { return 302 \(outer.at.cdn)/plain/large.bin; }
                    """, listen: "ssl")
            try await nginx.serving {
                let outcome = try await outer.add(
                    "https://127.0.0.1:\(nginx.port)/large.bin", "--json", environment: ["CURL_CA_BUNDLE": authority.trust["FILE"]!])
                outcome.expectFailure(69, kind: "tls")
                #expect(await outer.hub.requests().isEmpty)
            }
        }
    }
}

/// An authority of a test's own, a server's certificate that it signed, and an unrelated authority.
struct PracticeAuthority {
    let certificate: String
    let key: String
    /// Paths by what stands for them in a table: `FILE`, `DIR`, `OTHER`.
    let trust: [String: String]

    /// - Parameter names: what the certificate is for, as in `subjectAltName`.
    init(in box: Sandbox, names: String) async throws {
        let folder = box.root + "/authority"
        try FileManager.default.createDirectory(atPath: folder + "/trusted", withIntermediateDirectories: true)
        try "subjectAltName=\(names)\n".write(toFile: folder + "/names", atomically: true, encoding: .utf8)
        let script = """
            set -e
            curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            for who in ca other; do openssl req -x509 $curve -keyout $who.key -out $who.pem -days 2 -subj "/CN=Practice $who"; done
            openssl req $curve -keyout server.key -out server.csr -subj /CN=practice
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
            cp ca.pem trusted/
            openssl rehash trusted
            """
        let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder]
        let outcome = try await RunningProcess("/bin/sh", ["-c", script], environment: environment, cwd: folder).end()
        try #require(outcome.code == 0, "openssl: \(outcome.stderr)")
        certificate = folder + "/server.pem"
        key = folder + "/server.key"
        trust = ["FILE": folder + "/ca.pem", "DIR": folder + "/trusted", "OTHER": folder + "/other.pem"]
    }
}
