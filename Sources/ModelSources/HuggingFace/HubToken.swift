internal import FetchTypes

/// A token of Hugging Face's that is in a line for another tool, and goes before everything else.
package enum TypedToken {
    /// - Returns: the environment in which the token is found, and known for one that was typed.
    package static func environment(_ base: [String: String], huggingFace token: String) -> [String: String] {
        base.merging(["HF_TOKEN": token, mark: "HF_TOKEN"]) { $1 }
    }

    static let mark = "FETCHCTL_TYPED_TOKEN"
}

/// A Hugging Face token, found where `huggingface_hub` looks and in its order.
struct HubToken: Sendable {
    var secret: Secret
    /// Where it was found, for messages: a variable's name or a file's path.
    var place: String
    /// It was kept by a login, not given by the environment.
    var isStored = false
    /// It is in the line itself.
    var isTyped = false

    /// - Returns: nil when there is none, or `HF_HUB_DISABLE_IMPLICIT_TOKEN` says not to look.
    static func find(_ context: SourceContext) -> HubToken? {
        isTrue(context.environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"]) ? nil : inForce(context)
    }

    /// The token that would be used if it were asked for by name.
    static func inForce(_ context: SourceContext) -> HubToken? {
        let environment = context.environment
        for name in variables {
            guard let value = environment[name] else { continue }
            if let secret = clean(value) {
                let isTyped = environment[TypedToken.mark] == name
                return HubToken(secret: secret, place: isTyped ? "this line" : name, isTyped: isTyped)
            }
            if value.contains(where: { !$0.isWhitespace }) {
                context.warn("token_unusable", "\(name) is passed over: it holds a control character in the middle.")
            }
        }
        guard let path = file(environment), let secret = context.readFile(path).flatMap(clean) else { return nil }
        return HubToken(secret: secret, place: path, isStored: true)
    }

    /// Line ends go wherever they are, as a token that was copied out of a narrow window has them; so do spaces around it.
    static func clean(_ text: String) -> Secret? {
        Secret(trimming: String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" })))
    }

    /// The tokens that logins kept, an INI file beside the token in use.
    static func storedTokens(_ environment: [String: String]) -> String? {
        file(environment).map { path in
            path.lastIndex(of: "/").map { path[...$0] + "stored_tokens" } ?? "stored_tokens"
        }
    }

    /// The places that ``find(_:)`` looks at, as a sentence lists them.
    /// - Parameter always: also when the environment forbids to look.
    static func places(_ environment: [String: String], always: Bool = false) -> String {
        !always && isTrue(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])
            ? "HF_HUB_DISABLE_IMPLICIT_TOKEN forbids to look for one"
            : "looked at " + (variables + [file(environment)].compactMap(\.self)).joined(separator: ", ")
    }

    /// `HF_TOKEN_PATH`, else `token` in `HF_HOME`, else in `$XDG_CACHE_HOME/huggingface`, else in `~/.cache/huggingface`.
    static func file(_ environment: [String: String]) -> String? {
        let named = environment["HF_TOKEN_PATH"].flatMap { $0.isEmpty ? nil : expand($0, environment) }
        return named ?? home(environment).map { $0 + "/token" }
    }

    /// `HF_HOME`, else `huggingface` in `$XDG_CACHE_HOME` or `~/.cache`; nil without a home.
    static func home(_ environment: [String: String]) -> String? {
        func path(_ name: String, _ rest: String = "") -> String? {
            guard let value = environment[name], !value.isEmpty else { return nil }
            return expand(value, environment) + rest
        }
        return path("HF_HOME") ?? path("XDG_CACHE_HOME", "/huggingface") ?? path("HOME", "/.cache/huggingface")
    }

    private static let variables = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]

    static func isTrue(_ value: String?) -> Bool {
        ["1", "ON", "YES", "TRUE"].contains(value?.uppercased() ?? "")
    }

    /// A leading `~` and every `$NAME` or `${NAME}` that is set, as Python's `expanduser` and `expandvars` do it.
    static func expand(_ path: String, _ environment: [String: String]) -> String {
        var rest = path[...]
        var result = ""
        if path == "~" || path.hasPrefix("~/"), let home = environment["HOME"] {
            result = home
            rest = rest.dropFirst()
        }
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let braced = rest.first == "{"
            let name =
                braced ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            guard !name.isEmpty, let value = environment[String(name)], !braced || rest.dropFirst(name.count + 1).first == "}" else {
                result += "$"
                continue
            }
            result += value
            rest = rest.dropFirst(braced ? name.count + 2 : name.count)
        }
        return result + rest
    }
}
