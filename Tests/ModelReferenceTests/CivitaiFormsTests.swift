import FetchTypes
import ModelReference
import Testing

@Suite("CivitAI references") struct CivitaiTests {
    static let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private static func good(
        _ text: String, _ target: CivitaiReference.Target, file: Int? = nil, filters: [String: String] = [:], host: String? = nil,
        token: String? = nil, shown: String? = nil
    ) -> Good {
        let reference = CivitaiReference(target, fileID: file, filters: filters, host: host, token: token.map { Secret($0) })
        return Good(text, .civitai(reference), shown: shown)
    }

    static let typed = [
        good("civitai:128078", .version(128078)),
        good("CivitAI:128078", .version(128078)),
        good("  civitai:128078\n", .version(128078), shown: "civitai:128078"),
        good("\u{feff}civitai:128078\u{200b}", .version(128078), shown: "civitai:128078"),
        good("civitai:128078+95684", .version(128078), file: 95684),
        good("civitai:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("civitai:101055@128078+95684", .modelVersion(model: 101055, version: 128078), file: 95684),
        good("civitai:101055@latest", .model(101055)),
        good("civitai:101055@LATEST", .model(101055)),
        good("civitai:models/101055", .model(101055)),
        good("sha256:\(hash)", .hash(hash)),
        good("SHA256:\(hash.uppercased())", .hash(hash)),
    ]

    static let names = [
        good("urn:air:sdxl:checkpoint:civitai:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("air:sdxl:checkpoint:civitai:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("sdxl:checkpoint:civitai:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("URN:AIR:SDXL:CHECKPOINT:CIVITAI:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("urn:air:civitai:101055@128078", .modelVersion(model: 101055, version: 128078)),
        good("urn:air:sdxl:checkpoint:civitai:101055", .model(101055)),
        good("urn:air:sdxl:checkpoint:civitai:101055@latest", .model(101055)),
        good("urn:air:sdxl:checkpoint:civitai:827184@2514310+2402203", .modelVersion(model: 827184, version: 2514310), file: 2402203),
        good("urn:air:sd1:lora:civitai:5@6:unet", .modelVersion(model: 5, version: 6)),
        good("urn:air:sd1:lora:civitai:5@6.safetensor", .modelVersion(model: 5, version: 6), filters: ["format": "SafeTensor"]),
        good("urn:air:sd1:lora:civitai:5@6:unet.GGUF", .modelVersion(model: 5, version: 6), filters: ["format": "GGUF"]),
        good("urn:air:sd1:lora:civitai:5@6:unet+7.ckpt", .modelVersion(model: 5, version: 6), file: 7),
        good("urn:air:some-new-thing:whatever:civitai:5@6", .modelVersion(model: 5, version: 6)),
    ]

    static let links = [
        good("https://civitai.com/models/101055", .model(101055), host: "civitai.com"),
        good("https://civitai.com/models/101055/", .model(101055), host: "civitai.com"),
        good("https://civitai.com/models/101055/pastel-mix", .model(101055), host: "civitai.com"),
        good(
            "https://civitai.com/models/101055/%E3%81%82?utm_source=x#gallery", .model(101055), host: "civitai.com",
            shown: "https://civitai.com/models/101055/%E3%81%82?utm_source=x"),
        good("https://civitai.com/models/101055?modelVersionId=128078", .modelVersion(model: 101055, version: 128078), host: "civitai.com"),
        good(
            "https://civitai.com/models/101055/slug?modelVersionId=128078&dialog=x", .modelVersion(model: 101055, version: 128078),
            host: "civitai.com"),
        good("https://civitai.com/models/101055?version=128078", .modelVersion(model: 101055, version: 128078), host: "civitai.com"),
        good(
            "civitai.com/models/101055?modelVersionId=128078", .modelVersion(model: 101055, version: 128078), host: "civitai.com",
            shown: "https://civitai.com/models/101055?modelVersionId=128078"),
        good("WWW.CivitAI.com/models/101055", .model(101055), host: "civitai.com", shown: "https://www.civitai.com/models/101055"),
        good("http://www.civitai.com/models/101055", .model(101055), host: "civitai.com"),
        good("https://civitai.red/models/101055", .model(101055), host: "civitai.red"),
        good("https://www.civitai.green/models/101055", .model(101055), host: "civitai.green"),
        good("civitai.blue/models/101055", .model(101055), host: "civitai.blue", shown: "https://civitai.blue/models/101055"),
        good("https://civitai.com/model-versions/128078", .version(128078), host: "civitai.com"),
        good("https://civitai.com/api/download/models/128078", .version(128078), host: "civitai.com"),
        good("https://civitai.com/api/download/models/128078?fileId=95684", .version(128078), file: 95684, host: "civitai.com"),
        good(
            "https://civitai.com/api/download/models/128078?type=Pruned%20Model&format=SafeTensor&size=pruned&fp=fp16&quantType=Q8_0",
            .version(128078),
            filters: ["type": "Pruned Model", "format": "SafeTensor", "size": "pruned", "fp": "fp16", "quantType": "Q8_0"],
            host: "civitai.com"),
        good(
            "https://civitai.com/api/download/models/128078?type=Pruned+Model", .version(128078), filters: ["type": "Pruned Model"],
            host: "civitai.com"),
        good("https://api.civitai.com/api/v1/model-versions/128078", .version(128078), host: "civitai.com"),
        good("https://civitai.com/api/v1/model-versions/mini/128078?modelFileId=7", .version(128078), file: 7, host: "civitai.com"),
        good("https://civitai.com/api/v1/model-versions/by-hash/\(hash.uppercased())", .hash(hash), host: "civitai.com"),
        good("https://civitai.com/api/v1/models/101055", .model(101055), host: "civitai.com"),
    ]

    static let tokens = [
        good(
            "https://civitai.com/api/download/models/128078?token=s3cret", .version(128078), host: "civitai.com", token: "s3cret",
            shown: "https://civitai.com/api/download/models/128078"),
        good(
            "https://civitai.com/api/download/models/128078?type=Model&token=s3cret&format=SafeTensor", .version(128078),
            filters: ["type": "Model", "format": "SafeTensor"], host: "civitai.com", token: "s3cret",
            shown: "https://civitai.com/api/download/models/128078?type=Model&format=SafeTensor"),
        good(
            "civitai.red/models/1?modelVersionId=2&Token=s3cret", .modelVersion(model: 1, version: 2), host: "civitai.red", token: "s3cret",
            shown: "https://civitai.red/models/1?modelVersionId=2"),
        good(
            "https://civitai.com/models/1?to%6ben=s3cret%0A", .model(1), host: "civitai.com", token: "s3cret",
            shown: "https://civitai.com/models/1"),
        good("https://civitai.com/models/1?token=", .model(1), host: "civitai.com", shown: "https://civitai.com/models/1"),
        good("https://civitai.com/models/1?api_key=s3cret", .model(1), host: "civitai.com", shown: "https://civitai.com/models/1"),
        good("https://me:s3cret@civitai.com/models/1", .model(1), host: "civitai.com", shown: "https://civitai.com/models/1"),
    ]

    @Test("A civitai: or sha256: reference names a version, a model or a hash", arguments: typed)
    func typedForms(_ good: Good) throws { try good.check() }

    @Test("An AIR names a model and its version, whatever its case and suffixes", arguments: names)
    func airs(_ good: Good) throws { try good.check() }

    @Test("A pasted CivitAI link is the reference that it leads to", arguments: links)
    func pastedLinks(_ good: Good) throws { try good.check() }

    @Test("A token in a link is taken out and never shown", arguments: tokens)
    func tokensAreTakenOut(_ good: Good) throws {
        try good.check()
        #expect(!"\(try parse(good.text))".contains("s3cret"))
    }

    @Test("A link below the stand-in endpoint is CivitAI's, and other paths there are plain links")
    func standIn() throws {
        let environment = ["FETCHCTL_CIVITAI_ENDPOINT": "http://127.0.0.1:9002/"]
        let own = CivitaiReference(.version(5), token: Secret("t"))
        try Good("http://127.0.0.1:9002/api/download/models/5?token=t", .civitai(own), shown: "http://127.0.0.1:9002/api/download/models/5")
            .check(environment: environment)
        try Good("https://civitai.com/models/5", .civitai(CivitaiReference(.model(5), host: "civitai.com"))).check(environment: environment)
        let plain = try #require(WebURL("http://127.0.0.1:9002/files/x.bin"))
        try Good("http://127.0.0.1:9002/files/x.bin", .direct(plain)).check(environment: environment)
        let elsewhere = try #require(WebURL("http://127.0.0.1:9003/models/5"))
        try Good("http://127.0.0.1:9003/models/5", .direct(elsewhere)).check(environment: environment)
    }

    static let general = "write civitai:VERSION-ID, civitai:MODEL-ID@VERSION-ID or civitai:models/MODEL-ID, or paste the model page's link."
    static let page = "paste the model page's link, such as https://civitai.com/models/101055?modelVersionId=128078."
    static let airForm =
        "write urn:air:ECOSYSTEM:TYPE:civitai:MODEL-ID@VERSION-ID, for example urn:air:sdxl:checkpoint:civitai:101055@128078."

    static func noID(_ part: String) -> String { "\"civitai:\" was understood, but \"\(part)\" is no id (a whole number from 1 up)." }

    static let bad = [
        Bad("civitai:", why: "\"civitai:\" was understood, but nothing follows it.", hint: general),
        Bad("civitai:abc", why: noID("abc"), hint: general),
        Bad("civitai:0", why: noID("0"), hint: general),
        Bad("civitai:-5", why: noID("-5"), hint: "did you mean civitai:5?"),
        Bad("civitai:models/5+9", why: noID("models/5+9"), hint: "did you mean civitai:5@latest+9?"),
        Bad("civitai:+5", why: noID("+5"), hint: "did you mean civitai:5?"),
        Bad("civitai:1.5", why: noID("1.5"), hint: general),
        Bad("civitai:٣", why: noID("٣"), hint: general),
        Bad("civitai:99999999999999999999", why: noID("99999999999999999999"), hint: general),
        Bad("civitai: 128078", why: noID(" 128078"), hint: "did you mean civitai:128078?"),
        Bad("civitai://128078", why: noID("//128078"), hint: "did you mean civitai:128078?"),
        Bad("civitai:v128078", why: noID("v128078"), hint: "did you mean civitai:128078?"),
        Bad("civitai:version/128078", why: noID("version/128078"), hint: "did you mean civitai:128078?"),
        Bad("civitai:model:101055", why: noID("model:101055"), hint: "did you mean civitai:models/101055?"),
        Bad("civitai:models/101055@128078", why: noID("models/101055@128078"), hint: "did you mean civitai:101055@128078?"),
        Bad("civitai:101055/128078", why: noID("101055/128078"), hint: "did you mean civitai:101055@128078?"),
        Bad("civitai:101055@", why: noID("101055@"), hint: "did you mean civitai:101055?"),
        Bad("civitai:101055@newest", why: noID("101055@newest"), hint: general),
        Bad("civitai:1@2+", why: noID("1@2+"), hint: "did you mean civitai:1@2?"),
        Bad("civitai:1@2.safetensors", why: noID("1@2.safetensors"), hint: general),
        Bad("civitai:128078?token=s3cret", why: noID("128078…"), hint: "did you mean civitai:128078?"),
        Bad(
            "sha256:abcd", why: "a SHA-256 has 64 hexadecimal digits, and here are 4.",
            hint: "write sha256: and the 64 digits that the model's page or sha256sum shows."),
        Bad(
            "sha256:\(hash.dropLast())g", why: "a SHA-256 has 64 hexadecimal digits, and here are other characters.",
            hint: "write sha256: and the 64 digits that the model's page or sha256sum shows."),
        Bad(
            "urn:air:sdxl:checkpoint:orchestrator:5@6",
            why: "an AIR was understood, but its source \"orchestrator\" is none that can be fetched from.",
            hint: "the sources are civitai and huggingface; elsewhere paste the file's https:// link."),
        Bad("urn:air:sdxl", why: "an AIR was understood, but it has not the four parts ecosystem, type, source and id.", hint: airForm),
        Bad("air:sdxl:lora:civitai:five", why: "an AIR at civitai was understood, but \"five\" is not MODEL-ID@VERSION-ID.", hint: airForm),
        Bad(
            "air:sdxl:lora:civitai:5@6.exe", why: "an AIR was understood, but its format \"exe\" is none that CivitAI has.",
            hint: "leave \".exe\" out, or write .safetensors, .pickletensor, .gguf, .diffusers, .onnx or .coreml."),
        Bad("https://civitai.com/", why: "the link leads to CivitAI, but to no model, version or file.", hint: page),
        Bad("https://civitai.com/images/77", why: "the link leads to CivitAI, but to no model, version or file.", hint: page),
        Bad("https://civitai.com/models", why: "the link leads to CivitAI, but to no model, version or file.", hint: page),
        Bad("https://civitai.com/models/pastel", why: "a CivitAI link was understood, but \"pastel\" is not a model's id.", hint: page),
        Bad(
            "civitai.com/models/101055@128078", why: "a link has no \"@\" between its numbers.", hint: "did you mean civitai:101055@128078?"
        ),
        Bad(
            "https://civitai.com/models/1?modelVersionId=x",
            why: "a CivitAI link was understood, but its modelVersionId= is no id (a whole number from 1 up).",
            hint: "copy the link again, or leave that parameter out."),
        Bad(
            "https://civitai.com/api/v1/model-versions/by-hash/1234ABCD56", why: "a SHA-256 has 64 hexadecimal digits, and here are 10.",
            hint: "paste the model page's link instead."),
    ]

    @Test("A malformed reference names the part that was not understood and the nearest form", arguments: bad)
    func refusals(_ bad: Bad) throws { try bad.check() }
}
