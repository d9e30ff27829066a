import Foundation
import PracticeHub
import Testing

@Suite("The queue's secrets")
struct QueueSecretTests {
    @Test("are no part of it: those of the environment are not kept, and a header's file as a path")
    func noSecrets() async throws {
        try await withQueue(isIdle: true) { scenario in
            try scenario.box.write("X-Key: headersecret\n", to: "headers")
            _ = try await scenario.enqueue(
                "https://example.com/a", "--header", "@headers", "--at", "+1h",
                environment: [
                    "HF_TOKEN": "hf_tokensecret", "CIVITAI_API_TOKEN": "civitaisecret", "https_proxy": "http://me:proxysecret@localhost:1",
                    "HF_HOME": "/hub/home",
                ])
            let text = scenario.stateText
            for secret in ["headersecret", "hf_tokensecret", "civitaisecret", "proxysecret"] {
                #expect(!text.contains(secret), "\(secret)")
            }
            #expect(text.contains("@headers") && text.contains("/hub/home") && text.contains(scenario.box.work))
            try await scenario.queue("cancel", "all")
        }
    }

    @Test(
        "are not kept where they are a link's fragment, in records, history and logs",
        arguments: [
            (["https://example.com/a#token=secretvalue"], nil), (["https://example.com/a?b=c#access_token=secretvalue&x=y"], nil),
            (["civitai:12345", "--mirror=https://example.com/a#token=secretvalue"], nil), (["huggingface.co/gpt2#token=secretvalue"], nil),
            (["-i", "-"], "# secretvalue\nhttps://example.com/a#token=secretvalue\thttps://example.com/b#secretvalue\n  out=a#b\n"),
            (["civitai:12345", "--on-error", "docker run -u 1000:1000 image"], nil),
        ] as [([String], String?)])
    func fragments(row: (words: [String], input: String?)) async throws {
        try await withQueue(isIdle: true) { scenario in
            let outcome = try await scenario.run(["add", "--at", "+1h", "--json"] + row.words, stdin: row.input)
            outcome.expectSuccess()
            try await scenario.queue("cancel", "1")
            let shown = try await scenario.queue("history", "--json").stdout + scenario.run(["log", "1"]).stdout
            #expect(!(outcome.stdout + outcome.stderr + shown + scenario.stateText).contains("secretvalue"), "\(outcome.story)")
            if let input = row.input, input.contains("a#b") { #expect(scenario.stateText.contains("out=a#b")) }
        }
    }

    @Test("are refused where a command has the address of a webhook, with a script named", arguments: ["--on-complete", "--on-error"])
    func webhooks(option: String) async throws {
        try await withQueue(isIdle: true) { scenario in
            for link in [
                "https://api.telegram.org/bot123456789:secretvalue/sendMessage", "https://hooks.slack.com/services/T0/B0/secretvalue",
                "https://discord.com/api/webhooks/12/secretvalue",
            ] {
                let refused = try await scenario.run(["add", "civitai:12345", "--at", "+1h", option, "curl -d done \(link)"])
                refused.expectFailure(64)
                #expect(refused.stderr.contains("script"), "\(refused.story)")
                #expect(!(refused.stderr + scenario.stateText).contains("secretvalue"), "\(refused.story)")
            }
            let script = try await scenario.run(["add", "civitai:12345", "--at", "+1h", option, "./tell https://discord.com/channels/1/2"])
            script.expectSuccess()
            try await scenario.queue("cancel", "all")
        }
    }

    @Test("are refused in a foreground command, and a fragment is not kept while it runs")
    func foreground() async throws {
        try await withQueue(isIdle: true) { scenario in
            let refused = try await scenario.run(["add", "civitai:12345", "--on-complete", "x --token secretvalue"])
            refused.expectFailure(64)
            let link = "https://127.0.0.1:1/a#token=secretvalue"
            let failed = try await scenario.run(["add", link, "--retries", "0", "--on-error", "true"])
            #expect(failed.code != 0)
            let history = try await scenario.queue("history", "--json")
            #expect(!(refused.stderr + failed.stderr + history.stdout + scenario.stateText).contains("secretvalue"), "\(failed.story)")
        }
    }
}
