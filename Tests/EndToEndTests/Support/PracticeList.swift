import Foundation
import PracticeHub
import Testing

/// A model list with files of three services.
enum PracticeList {
    static let text = """
        [settings]
        directory = "models"

        [[model]]
        ref = "civitai:12345"
        name = "base"
        dir = "checkpoints"

        [[model]]
        ref = "hf:practice/added"
        dir = "repo"

        [[model]]
        any-of = ["civitai:99999999", "civitai:12354"]
        name = "embedding"
        out = "e/embedding.safetensors"
        """

    /// Puts the list's repo in.
    static func prepare(_ scenario: Scenario) async {
        await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, seed: 1).with(text: "{\"version\": 1}"))
        await scenario.hub.addFile(NewFile(.hub, name: "weights/model.safetensors", size: 3 << 20, seed: 5))
    }

    static let files = [
        "models/checkpoints/practice-model.safetensors", "models/e/embedding.safetensors", "models/repo/config.json",
        "models/repo/weights/model.safetensors",
    ]
}

extension NewFile {
    func with(text: String) -> NewFile {
        var file = self
        file.text = text
        return file
    }
}

extension Scenario {
    /// A command about the list in a folder of the working directory.
    func list(
        _ command: String, in folder: String, _ arguments: String..., environment extra: [String: String] = [:],
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await Fetchctl.run(
            [command] + arguments, environment: environment.merging(extra) { $1 }, cwd: box.path(folder), timeout: 60, location)
    }

    /// Every file of a folder with its bytes, the records left out.
    func contents(_ folder: String) -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in box.files where name.hasPrefix(folder + "/") {
            contents[String(name.dropFirst(folder.count + 1))] = box.data(name)
        }
        return contents
    }
}
