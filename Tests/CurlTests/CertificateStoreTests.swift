import Testing

@testable import Curl

@Suite("The certificate store")
struct CertificateStoreTests {
    @Test("is the first file of the list that can be read")
    func first() {
        #expect(CertificateStore.find(among: ["/no/such/file", "/etc/hostname", "/etc/passwd"]) == "/etc/hostname")
        #expect(CertificateStore.find(among: ["/no/such/file"]) == nil)
    }

    #if os(Linux)
        @Test("is the system's where the environment names none, and not where it does")
        func settings() {
            #expect(NetworkSettings(userAgent: "x").certificateFile == CertificateStore.find())
            #expect(NetworkSettings(userAgent: "x", environment: ["SSL_CERT_FILE": "/f"]).certificateFile == "/f")
            #expect(NetworkSettings(userAgent: "x", environment: ["SSL_CERT_DIR": "/d"]).certificateFile == nil)
        }
    #endif
}
