import FetchTypes
import ModelReference
import ModelSources
import Testing

@Suite("Secrets of a notebook")
struct NotebookSecretTests {
    static let notebooks: [(environment: [String: String], line: String)] = [
        (
            ["COLAB_RELEASE_TAG": "release-colab_20261101"],
            #": import os; from google.colab import userdata; os.environ["HF_TOKEN"] = userdata.get("HF_TOKEN")"#
        ),
        (
            ["KAGGLE_KERNEL_RUN_TYPE": "Interactive"],
            #": import os; from kaggle_secrets import UserSecretsClient; os.environ["HF_TOKEN"] = UserSecretsClient().get_secret("HF_TOKEN")"#
        ),
        (["JPY_PARENT_PID": "1"], "fetchctl login hf, or export HF_TOKEN=…"),
    ]

    @Test("are named in the line to paste where a token is missing", arguments: notebooks)
    func line(environment: [String: String], line: String) async throws {
        let server = ScriptedServer()
        server.on("https://huggingface.co/api/models/org/name/revision/main", 401, "", [("X-Error-Code", "GatedRepo")])
        let failed = try await failure { try await server.resolve(HubScript.reference(), environment) }
        #expect(failed?.hint?.hasSuffix(line) == true, "\(failed?.hint ?? "no hint")")
        #expect(failed?.description.split(separator: "\n").count == 3)
    }
}
