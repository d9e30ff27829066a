import FetchTypes
import ModelReference
import Testing

/// A malformed reference is refused with the rule that it breaks.
extension HubTests {
    static let form = "write hf:org/name as the repo's page shows it, and a file behind it: hf:org/name/path/file."
    static func repo(_ id: String, _ problem: String) -> String { "it was read as the repo \"\(id)\", but \(problem)." }
    static let revisionForm = "write a branch, tag or commit, such as @main; a slash in it is %2F."
    static let refs = "of the revisions below \"refs/\" only refs/pr/N and refs/convert/NAME are written with their slashes."
    static let marks = "a revision holds no white space and none of ~ ^ : ? * [ \\"
    static let noRevision = Bad(
        "", why: "no revision follows the \"@\".", hint: "write a branch, tag or commit, such as @main, or leave the \"@\" out.")

    static let tagForm =
        "write hf:org/name:TAG, for example hf:org/name:Q4_K_M; fetchctl info org/name shows which there are."

    static let bad = [
        Bad("hf:org/name:", why: "\"\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad("org/name:Q4 K", why: "\"Q4 K\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad(
            "hf:datasets/org/name:Q4_0", why: "a quantisation's name follows what is not a model repo.",
            hint: "write hf:org/name:TAG, for example hf:org/name:Q4_K_M."),
        Bad("hf:", why: "it names no repo.", hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf://", why: "it names no repo.", hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf:datasets", why: "it names no repo.", hint: "write hf:datasets/org/name, for example hf:datasets/rajpurkar/squad."),
        Bad("hf:spaces/", why: "it names no repo.", hint: "write hf:spaces/org/name, for example hf:spaces/gradio/hello_world."),
        Bad("hf:/org/name", why: "a slash is where the repo's name should begin.", hint: "did you mean hf:org/name?"),
        Bad(
            "hf:https://huggingface.co/org/name", why: "a whole link follows \"hf:\".",
            hint: "paste the link alone: https://huggingface.co/org/name"),
        Bad(
            "hf:huggingface.co/org/name", why: "a link's host follows \"hf:\".",
            hint: "paste the link alone: https://huggingface.co/org/name"),
        Bad(
            "hf:org/name/a.bin?download=true", why: "a \"?\" begins a link's query, and an hf: reference has none.",
            hint: "did you mean hf:org/name/a.bin? A \"?\" in a file's name is written %3F."),
        Bad(
            "hf:main:org@name", why: "it begins like a link with a user and a password.",
            hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf:or g/name", why: repo("or g/name", "only letters, digits, \"-\", \"_\" and \".\" may be in a repo id"), hint: form),
        Bad("hf:örg/name", why: repo("örg/name", "only letters, digits, \"-\", \"_\" and \".\" may be in a repo id"), hint: form),
        Bad("hf:org/na--me", why: repo("org/na--me", "\"--\" may not be in a repo id"), hint: form),
        Bad("hf:org/na..me", why: repo("org/na..me", "\"..\" may not be in a repo id"), hint: form),
        Bad("hf:org/..", why: repo("org/..", "\"..\" may not be in a repo id"), hint: form),
        Bad("hf:org/name.git", why: repo("org/name.git", "a repo id does not end in \".git\""), hint: form),
        Bad("hf:-org/name", why: repo("-org/name", "a name in a repo id does not begin or end with \"-\" or \".\""), hint: form),
        Bad("hf:org/name.", why: repo("org/name.", "a name in a repo id does not begin or end with \"-\" or \".\""), hint: form),
        Bad("hf:org//a.bin", why: repo("org/", "a name is missing beside the \"/\""), hint: form),
        Bad(
            "hf:org/" + String(repeating: "n", count: 97),
            why:
                "it was read as the repo \"org/\(String(repeating: "n", count: 96))…\", but a name in a repo id has 96 characters at most.",
            hint: form),
        Bad("org/na--me", why: repo("org/na--me", "\"--\" may not be in a repo id"), hint: form),
        Bad("hf:org/name@", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:org/name@/a.bin", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:gpt2@", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:org/name@refs/heads/main/a.bin", why: refs, hint: "did you mean hf:org/name@main/a.bin?"),
        Bad("hf:org/name@refs/tags/v1", why: refs, hint: "did you mean hf:org/name@v1?"),
        Bad("hf:org/name@refs/pr/x", why: refs, hint: "write each slash of the revision as %2F: @refs%2Fpr%2Fx"),
        Bad("hf:org/name@refs/", why: refs, hint: "write each slash of the revision as %2F: @refs%2F"),
        Bad("hf:org/name@ma in", why: "it was read as the revision \"ma in\", but \(marks).", hint: revisionForm),
        Bad("hf:org/name@main:a.bin", why: "\"a.bin\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad("hf:org/name@a%00b", why: "it was read as the revision \"a\u{FFFD}b\", but \(marks).", hint: revisionForm),
        Bad(
            "hf:org/name@a..b", why: "it was read as the revision \"a..b\", but \"..\", \"//\" and \"@{\" may not be in one.",
            hint: revisionForm),
        Bad(
            "hf:org/name@%2Fx", why: "it was read as the revision \"/x\", but a revision does not begin or end like that.",
            hint: revisionForm),
        Bad("hf:org/name/../x", why: "in the path \"../x\" \"..\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad("hf:org/name/a/./b", why: "in the path \"a/./b\" \".\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad(
            "hf:org/name/a%2F..%2F..%2Fb", why: "in the path \"a/../../b\" \"..\" leads elsewhere.",
            hint: "write the path from the top of the repo."),
        Bad("hf:org/name/%2e%2e/b", why: "in the path \"../b\" \"..\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad("hf:org/name//a.bin", why: "in the path \"/a.bin\" a name between two slashes is missing.", hint: "write each slash once."),
        Bad(
            "hf:org/name/a%0Ab", why: "in the path \"a\u{FFFD}b\" there is a control character.",
            hint: "copy the path from the repo's page."),
        Bad(
            "hf:org/name/*.gguf", why: "in the path \"*.gguf\" there is a pattern.",
            hint: "name the repo alone and give the pattern as --include '*.gguf'."),
        Bad(
            "https://huggingface.co/", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/docs/hub", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/models?search=x", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/org/name/discussions/3", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/org/name/resolve/main", why: "a /resolve link needs a file behind the revision.",
            hint: "for the whole repo write hf:org/name@main."),
        Bad(
            "https://huggingface.co/datasets/org/name/tree", why: "nothing follows /tree.",
            hint: "for the whole repo write hf:datasets/org/name."),
        Bad(
            "https://huggingface.co/org/name/resolve/main/%2e%2e/x", why: "in the path \"../x\" \"..\" leads elsewhere.",
            hint: "write the path from the top of the repo."),
    ]

    @Test("A malformed reference names the rule that it breaks and the nearest form", arguments: bad)
    func refusals(_ bad: Bad) throws { try bad.check() }
}
