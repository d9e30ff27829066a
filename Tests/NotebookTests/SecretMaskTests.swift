import Testing

@testable import Notebook

@Suite("A secret in a notebook's line")
struct SecretMaskTests {
    static let hf = "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz01234567"

    static let hidden: [(text: String, shown: String)] = [
        ("curl -u bob:pw https://h", "curl -u bob:… https://h"), ("curl -ubob:pw x", "curl -ubob:… x"),
        ("curl --user 'bob:p w'", "curl --user 'bob:… w'"), ("[\"-u\", \"bob:pw\"]", "[\"-u\", \"bob:…\"]"),
        ("curl --proxy-user=bob:pw", "curl --proxy-user=bob:…"), ("wget --password=pw --user=bob x", "wget --password=… --user=bob x"),
        ("wget --http-password pw x", "wget --http-password … x"), ("aria2c --http-passwd=pw x", "aria2c --http-passwd=… x"),
        ("https://bob:pw@h.example/x", "https://…:…@h.example/x"), ("https://abc123@h.example/x", "https://…@h.example/x"),
        ("-H 'X-Api-Key: abc'", "-H 'X-Api-Key: …'"), ("-H \"PRIVATE-TOKEN: abc\" x", "-H \"PRIVATE-TOKEN: …\" x"),
        ("-H 'Authorization: token abc'", "-H 'Authorization: …'"), ("-H 'Authorization: Bearer abc'", "-H 'Authorization: Bearer …'"),
        ("-H 'Cookie: a=b; c=d' x", "-H 'Cookie: …' x"), ("{\"Authorization\": \"Bearer abc\"}", "{\"Authorization\": \"Bearer …\"}"),
        ("{'X-Api-Key': 'abc'}", "{'X-Api-Key': '…'}"), ("f(a, token=\"abc\")", "f(a, token=\"…\")"),
        ("HF_TOKEN=abc wget x", "HF_TOKEN=… wget x"), ("HF_TOKEN = 'abc'", "HF_TOKEN = '…'"),
        ("os.environ[\"HF_TOKEN\"] = \"abc\"", "os.environ[\"HF_TOKEN\"] = \"…\""),
        ("hf download a --token abc", "hf download a --token …"),
        ("[\"--token\", \"abc\"]", "[\"--token\", \"…\"]"), ("x?token=abc&y=1", "x?token=…&y=1"), ("x?a=1&key=abc", "x?a=1&key=…"),
        ("x?X-Amz-Signature=abc&b=c", "x?X-Amz-Signature=…&b=c"), ("login('\(hf)')", "login('…')"), ("a \(hf) b", "a … b"),
        ("--oauth2-bearer abc x", "--oauth2-bearer … x"), ("api_key = \"abc\"", "api_key = \"…\""),
    ]

    /// Links whose path is the secret.
    static let webhooks: [(text: String, shown: String)] = [
        (
            "curl https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage -d a=b",
            "curl https://api.telegram.org/…/sendMessage -d a=b"
        ),
        ("curl api.telegram.org/file/bot1:AAHd/x", "curl api.telegram.org/file/…/x"),
        ("'https://hooks.slack.com/services/T00000000/B00000000/XXXX'", "'https://hooks.slack.com/services/T00000000/B00000000/…'"),
        ("HTTPS://Discord.com/api/v10/webhooks/12/aBc_d-e?wait=1", "HTTPS://Discord.com/api/v10/webhooks/12/…?wait=1"),
        ("https://ptb.discord.com/api/webhooks/12/aBc", "https://ptb.discord.com/api/webhooks/12/…"),
        ("https://discordapp.com/api/webhooks/12/aBc", "https://discordapp.com/api/webhooks/12/…"),
        ("https://acme.webhook.office.com/webhookb2/a@b/x", "https://acme.webhook.office.com/webhookb2/…/…"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-0000", "https://open.feishu.cn/open-apis/bot/v2/hook/…"),
        ("https://chat.example:8065/hooks/xkc4d8a9bfr7jq2mw5ty6pn3zh x", "https://chat.example:8065/hooks/… x"),
        ("https://hook.eu1.make.example/aZ3kQ9xLm2Vb7TnR4cWy", "https://hook.eu1.make.example/…"),
    ]

    @Test("is not shown where it is a part of a webhook's path", arguments: webhooks)
    func hook(text: String, shown: String) { #expect(SecretMask.masked(text) == shown) }

    @Test(
        "is no hash, UUID or name in the path of a link",
        arguments: [
            "https://huggingface.co/org/hooked/resolve/607a30d783dfa663caf39e06633721c8d4cfcd7e/model-Q4_K_M.gguf",
            "https://example.com/webhook/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "https://example.com/webhook/0a1b2c3d-1e2f-4a5b-8c9d-0e1f2a3b4c5d", "https://hooks.example/Qwen3WebhookInstructModel7B",
            "https://example.com/xkc4d8a9bfr7jq2mw5ty6pn3zh/a", "https://h.example/hooks/llama-3-8b-instruct-q4-k-m-v2-1",
            "https://hooks.slack.com/services/$TEAM/$BOT/$TOKEN", "https://api.telegram.org/bot$TOKEN/sendMessage",
            "https://api.telegram.org/bot{token}/getMe", "https://discord.com/channels/1234567890/1234567890",
            "https://core.telegram.org/bots/api",
        ])
    func published(text: String) { #expect(SecretMask.masked(text) == text) }

    @Test("is not shown", arguments: hidden)
    func hide(text: String, shown: String) { #expect(SecretMask.masked(text) == shown) }

    @Test(
        "is told from a name, a variable and anything else",
        arguments: [
            "Bearer {token}", "Bearer $HF_TOKEN", "?token={t}&x=1", "https://h.example/a?b=c&d=e", "hf_hub_download", "&& hf_x",
            "hf_token_name = 1", "hf_hub_download_with_progress_bar(x)", "hf_textgenerationpipeline", "token=hf_token", "token=False",
            "token=os.environ[\"HF_TOKEN\"]", "token=userdata.get('HF_TOKEN')", "token: str = None", "-u $USER:$PW", "-u {user}:{pw}",
            "https://{user}:{pw}@h.example", "git@github.com:a/b", "-H \"Authorization: Bearer {t}\"", "-H 'X-Api-Key: {key}'",
            "sudo -u me wget x", "tokenizer=\"x\"", "max_tokens=5", "-U \"Mozilla/5.0 (X11; rv:109.0)\"", "sort(key=\"name\")",
            "AutoTokenizer.from_pretrained(\"a/b\")", "if token == \"x\":", "HF_TOKEN=$T wget", "export HF_TOKEN={hf_token}",
        ])
    func keep(text: String) { #expect(SecretMask.masked(text) == text) }
}
