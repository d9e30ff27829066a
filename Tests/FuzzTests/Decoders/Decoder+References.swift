import FetchTypes
import ModelReference

@testable import ModelSources

extension Decoder {
    static let endpoints: ServiceEndpoints = {
        do { return try ServiceEndpoints(environment: [:]) } catch { preconditionFailure("\(error)") }
    }()

    /// What people type and paste.
    static let references: [Decoder] = [
        .text(
            "reference",
            [
                "hf:org/name@main/a/b.safetensors", "hf:datasets/org/name", "civitai:101055@128078+95684", "civitai:128078",
                "urn:air:sdxl:checkpoint:civitai:101055@128078", "gdrive:1AbCdEfGhIjKlMnOpQrStUvWxYz012345", "github:o/r@v1/a.bin",
                "modelscope:org/name@rev/path", "ollama:llama3.2:1b", "https://civitai.com/models/1?modelVersionId=2&token=x",
                "https://huggingface.co/org/name/resolve/main/a.bin", "https://github.com/o/r/releases/download/t/a%20b",
                "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "org/name/file.bin", "12345",
                "https://u:p@h.example:8443/a/b?X-Amz-Signature=1&X-Amz-Date=20260801T102030Z&X-Amz-Expires=600#f",
            ]
        ) { _ = try? ReferenceParser(endpoints: endpoints, pathExists: { $0.count % 2 == 0 }).parse($0) },
        .text(
            "input-file",
            ["https://a.example/x\thttps://b.example/x\n dir=m\n out=a.bin\n checksum=sha-256=aa\n# c\nhf:org/name\r\n\ttype=lora\n"]
        ) { _ = try? InputFile.parse($0) },
        .text(
            "url",
            [
                "https://u:p@[2001:db8::1]:443/a/../b%20c;d?q=%41&r&Expires=1893456000#f", "http://0x7f.1:8080/?se=2026-08-01T10:20Z&sig=a",
                "https://h/?Authorization=3_20260801102030_s_z_20260801112030_0_dnld", "//host/path", "../x?y", "?a=b",
            ]
        ) { text in
            let base = WebURL("https://base.example/a/b?c")!
            for url in [WebURL(text), base.resolving(text)].compactMap(\.self) {
                _ = (url.string, url.redacted, url.queryItems, url.origin)
                _ = SignedLink.expires(of: url).map(UTCTime.shown)
                _ = HostAddress(url.host)
                _ = RedirectPolicy(start: base).allowsPrivateAddress(url)
            }
            _ = (text.percentDecoded, text.percentEncoded(), HostAddress(text))
        },
    ]
}
