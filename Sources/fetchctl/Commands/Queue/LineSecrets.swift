import FetchTypes
import ModelReference

/// Secrets in an `add` line that is to be written down.
enum LineSecrets {
    /// - Throws: ``Failure`` with exit code 64, which never repeats the secret.
    static func refuse(headers: [String], words: [String], input: String?) throws(Failure) {
        guard headers.allSatisfy({ $0.hasPrefix("@") }) else { throw header }
        for word in words { try refuse(word, "an argument") }
        guard let input else { return }
        for entry in try InputFile.parse(input) {
            for text in entry.references { try refuse(text, "a reference in line \(entry.line) of the input file") }
            for option in entry.options {
                if option.name == "header", !option.value.hasPrefix("@") { throw header }
                try refuse(option.value, "\(option.name)= in line \(option.line) of the input file")
            }
        }
    }

    private static let header = Failure(
        .usage, "a --header's value cannot be put into the queue.", why: "the queue is on the disk and keeps no secrets.",
        hint: "put the header into a file and give --header @FILE; the path is kept.")

    private static func refuse(_ text: String, _ what: String) throws(Failure) {
        if hasUserInformation(text) {
            throw Failure(
                .usage, "\(what) is a link with a name or password before its host.", why: "the queue is on the disk and keeps no secrets.",
                hint: "put the login into ~/.netrc, or omit --detach.")
        }
        guard let name = secretParameter(text) else { return }
        let isToken = LinkParameter.isCredential(name)
        throw Failure(
            .usage, "\(what) is a link whose \(name)= \(isToken ? "is a secret" : "signs it").",
            why: "the queue is on the disk and keeps no secrets.",
            hint: isToken
                ? "keep the token with fetchctl login or in the environment, and give the link without it."
                : "give the page or reference that the link came from, or omit --detach.")
    }

    private static func hasUserInformation(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        return text[scheme.upperBound...].prefix { !"/?#".contains($0) }.contains("@")
    }

    /// The name of the first parameter of a query that grants access; nil when none does.
    static func secretParameter(_ text: String) -> String? {
        guard let question = text.firstIndex(of: "?") else { return nil }
        for item in text[text.index(after: question)...].split(whereSeparator: { "&;#".contains($0) }) {
            let parts = item.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = (String(parts[0]).percentDecoded ?? String(parts[0])).lowercased()
            let value = (String(parts[1]).percentDecoded ?? String(parts[1])).lowercased()
            if LinkParameter.signs(name) || LinkParameter.isCredential(name) || LinkParameter.carriesLink(value) { return name }
        }
        return nil
    }
}
