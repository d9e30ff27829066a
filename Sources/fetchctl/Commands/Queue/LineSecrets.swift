import FetchTypes
import ModelReference
import Notebook

/// Finds secrets in an `add` line before it is stored.
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

    /// What is written down of a word or a line of an input file: a link's fragment, which no server ever sees, may be a token.
    static func kept(_ text: String) -> String {
        text.split(separator: "\t", omittingEmptySubsequences: false).map { part in
            guard let mark = part.firstIndex(of: "#"), !part.contains(" ") else { return String(part) }
            let isLink = part[..<mark].contains("://") || secretParameter(part[mark...], marks: "#") != nil
            return String(isLink ? part[..<mark] : part)
        }.joined(separator: "\t")
    }

    /// The same for a whole input file.
    static func kept(input: String) -> String {
        input.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            // A comment is no link, and what it says is not needed.
            line.first { !$0.isWhitespace } == "#" ? "#" : kept(String(line))
        }.joined(separator: "\n")
    }

    /// A command that is run when the job has ended is written down as it is.
    /// - Parameter option: names what the command was given to.
    /// - Throws: ``Failure`` with exit code 64, which never repeats the secret.
    static func refuse(command words: [String], of option: String) throws(Failure) {
        // `-u 1000:1000` is no name and password.
        let line = words.map { $0.allSatisfy { $0.isNumber || $0 == ":" } ? "0" : $0 }.joined(separator: " ")
        let isSecret =
            SecretMask.masked(line) != line || words.contains { hasUserInformation($0) || secretParameter($0, marks: "?#") != nil }
        guard isSecret else { return }
        throw Failure(
            .usage, "the command of \(option) holds a password or token.",
            why: "the command is kept in the queue, which is on the disk and keeps no secrets.",
            hint: "put the command into a script that reads the secret from a file of yours, and name the script.")
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
    /// - Parameter marks: what a query begins with.
    static func secretParameter(_ text: some StringProtocol, marks: String = "?") -> String? {
        guard let mark = text.firstIndex(where: { marks.contains($0) }) else { return nil }
        for item in text[text.index(after: mark)...].split(whereSeparator: { "&;#?".contains($0) }) {
            let parts = item.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = (String(parts[0]).percentDecoded ?? String(parts[0])).lowercased()
            let value = (String(parts[1]).percentDecoded ?? String(parts[1])).lowercased()
            if LinkParameter.signs(name) || LinkParameter.isCredential(name) || LinkParameter.carriesLink(value) { return name }
        }
        return nil
    }
}
