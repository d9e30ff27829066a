import FetchTypes
import Testing

@testable import ModelSources

@Suite("The Hugging Face token")
struct HubTokenTests {
    static let files = [
        "/h/.cache/huggingface/token": "home\n", "/x/huggingface/token": "xdg", "/hf/token": " hfhome \r\n", "/p/t": "path",
        "/h/t": "tilde",
        "/empty/token": "\n",
    ]

    @Test(
        "is found in huggingface_hub's order",
        arguments: [
            (["HF_TOKEN": "a", "HUGGING_FACE_HUB_TOKEN": "b", "HF_TOKEN_PATH": "/p/t"], "a", "HF_TOKEN"),
            (["HF_TOKEN": " a\r\n"], "a", "HF_TOKEN"), (["HF_TOKEN": "a\r\nb"], "ab", "HF_TOKEN"),
            (["HF_TOKEN": "", "HUGGING_FACE_HUB_TOKEN": "b"], "b", "HUGGING_FACE_HUB_TOKEN"),
            (["HF_TOKEN": " \n", "HUGGING_FACE_HUB_TOKEN": "b"], "b", "HUGGING_FACE_HUB_TOKEN"),
            (["HF_TOKEN_PATH": "/p/t", "HF_HOME": "/hf"], "path", "/p/t"), (["HF_TOKEN_PATH": "~/t", "HOME": "/h"], "tilde", "/h/t"),
            (["HF_TOKEN_PATH": "$D/t", "D": "/p"], "path", "/p/t"), (["HF_TOKEN_PATH": "${D}/t", "D": "/p"], "path", "/p/t"),
            (["HF_HOME": "/hf", "XDG_CACHE_HOME": "/x"], "hfhome", "/hf/token"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "xdg", "/x/huggingface/token"),
            (["HOME": "/h"], "home", "/h/.cache/huggingface/token"),
            (["HF_HUB_DISABLE_IMPLICIT_TOKEN": "0", "HF_TOKEN": "a"], "a", "HF_TOKEN"),
        ])
    func order(environment: [String: String], token: String, place: String) {
        let found = HubToken.find(ScriptedServer().context(environment, files: Self.files))
        #expect(found?.secret.reveal() == token)
        #expect(found?.place == place)
    }

    @Test(
        "may be missing or forbidden",
        arguments: [
            [:], ["HOME": "/nobody"], ["HF_HOME": "/empty"], ["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_TOKEN": "a"],
            ["HF_HUB_DISABLE_IMPLICIT_TOKEN": "Yes", "HOME": "/h"], ["HF_TOKEN": "a\u{1}b"],
        ])
    func missing(environment: [String: String]) {
        #expect(HubToken.find(ScriptedServer().context(environment, files: Self.files)) == nil)
    }

    @Test(
        "is asked for by name even when it must not be sent by itself, and tells who may renew it",
        arguments: [(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_TOKEN": "a"], false), (["HOME": "/h"], true)])
    func inForce(environment: [String: String], isStored: Bool) {
        #expect(HubToken.inForce(ScriptedServer().context(environment, files: Self.files))?.isStored == isStored)
    }

    @Test(
        "has its other tokens and the cache beside it",
        arguments: [
            (["HF_TOKEN_PATH": "/p/t"], "/p/stored_tokens", nil), (["HF_HOME": "/hf"], "/hf/stored_tokens", "/hf/hub"),
            (["HOME": "/h", "HF_HUB_CACHE": "~/c"], "/h/.cache/huggingface/stored_tokens", "/h/c"),
            (["XDG_CACHE_HOME": "/x", "HUGGINGFACE_HUB_CACHE": "/c"], "/x/huggingface/stored_tokens", "/c"), ([:], nil, nil),
        ] as [([String: String], String?, String?)])
    func places(environment: [String: String], stored: String?, cache: String?) {
        #expect(HubToken.storedTokens(environment) == stored)
        #expect(HubFolders.cache(environment) == cache)
    }
}
