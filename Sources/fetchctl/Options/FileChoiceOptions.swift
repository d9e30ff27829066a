import ArgumentParser
import Layouts
import ModelSources

/// Which files of a reference are meant: for every command that takes references.
struct FileChoiceOptions: ParsableArguments {
    @Option(help: "A Hugging Face revision: branch, tag or commit.")
    var revision: String?
    @Option(help: "Select only the paths of a repo that match. Repeatable.")
    var include: [String] = []
    @Option(help: "Leave out the paths of a repo that match. Repeatable.")
    var exclude: [String] = []

    var selection: FileSelection {
        var selection = FileSelection()
        selection.revision = revision
        selection.include = include
        selection.exclude = exclude
        return selection
    }
}

/// Where the files of a reference are, or go, and which of a version's files is meant: for `add` and `verify`.
struct FilePlaceOptions: ParsableArguments {
    @Option(
        name: [.customShort("d", allowingJoined: true), .long],
        help: "The folder of the files (default: the configured one, else the current one); add makes it if it is missing.")
    var dir: String?
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "The name of a single file: relative to the folder, or absolute.")
    var out: String?
    @Option(help: "Which file of a CivitAI version: its name, its id, or all.")
    var file: String?
    @Option(
        help:
            "Where files are placed: plain (default); as huggingface_hub stores them: hf-cache (found by name, default DIR: its cache), hf-local (a folder); in the folders of a UI whose root is DIR: a1111, comfyui; where another program looks: llama.cpp, lmstudio, ollama (default DIR: its own)."
    )
    var layout: Layout?
}
