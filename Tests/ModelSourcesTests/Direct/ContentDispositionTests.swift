import Testing

@testable import ModelSources

@Suite("Content-Disposition")
struct ContentDispositionTests {
    @Test(
        "names the file",
        arguments: [
            ("attachment; filename=\"model.safetensors\"", "model.safetensors"),
            ("attachment; filename=model.bin", "model.bin"),
            ("attachment;filename = model.bin ;size=3", "model.bin"),
            ("inline; filename*=UTF-8''x%20y.gguf; filename=\"other.gguf\";", "x y.gguf"),
            ("inline; filename=\"other.gguf\"; filename*=utf-8'en'na%C3%AFve.bin", "naïve.bin"),
            ("attachment; filename*=ISO-8859-1''na%EFve.bin", "naïve.bin"),
            ("attachment; filename*=UTF-8''%FF; filename=plain.bin", "plain.bin"),
            ("attachment; filename*=KOI8-R''x; filename=plain.bin", "plain.bin"),
            ("attachment; filename=\"a;b\\\"c.bin\"", "a;b\"c.bin"),
            ("attachment; filename=\"x%20y.bin\"", "x y.bin"),
            ("attachment; filename=\"100%.bin\"", "100%.bin"),
            ("filename=bare.bin", "bare.bin"),
            ("ATTACHMENT; FILENAME=\"Case.bin\"", "Case.bin"),
            ("attachment; filename=\"../../etc/passwd\"", "../../etc/passwd"),
            ("attachment; filename=\"unclosed.bin", "unclosed.bin"),
        ])
    func names(value: String, name: String) {
        #expect(ContentDisposition.fileName(value) == name)
    }

    @Test(
        "may name none",
        arguments: ["attachment", "", "inline; filename=\"\"", "attachment; size=3", "attachment; filename*=x", ";;;=;", "a=\""])
    func namesNone(value: String) {
        #expect(ContentDisposition.fileName(value) == nil)
    }
}
