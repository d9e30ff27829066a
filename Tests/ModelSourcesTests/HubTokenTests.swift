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
            (["HF_TOKEN": " a\r\n"], "a", "HF_TOKEN"), (["HF_TOKEN": "", "HUGGING_FACE_HUB_TOKEN": "b"], "b", "HUGGING_FACE_HUB_TOKEN"),
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
            ["HF_HUB_DISABLE_IMPLICIT_TOKEN": "Yes", "HOME": "/h"], ["HF_TOKEN": "a\nb"],
        ])
    func missing(environment: [String: String]) {
        #expect(HubToken.find(ScriptedServer().context(environment, files: Self.files)) == nil)
    }
}
