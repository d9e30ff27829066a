import Crypto
package import FetchTypes
package import ModelSources
import Storage

/// Keeps tokens where their services' programs look for them, and takes away what it kept.
///
/// Hugging Face: `token` and `stored_tokens` as `huggingface_hub` writes them. CivitAI: the credentials file of ours. All of
/// them 0600, and directories that have to be made 0700.
package struct LoginStore: Sendable {
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    /// - Returns: the file that now holds the token.
    /// - Throws: ``Failure`` when it cannot be written.
    package func keep(_ token: Secret, of account: ServiceAccount, for service: AccountService) throws(Failure) -> String {
        do {
            switch service {
            case .civitai:
                let path = try credentials()
                var file = try contents(path)
                file.set(StoredLogins.civitaiSection, [(StoredLogins.tokenKey, token.reveal())])
                try Disk.replaceSecret(path, with: Array(file.text.utf8))
                return path
            case .hf: return try keepHub(token, account)
            }
        } catch let fault as IOFault {
            var failure = fault.failure
            failure.hint = "mend that, or give the token in the environment instead (HF_TOKEN, CIVITAI_API_TOKEN)."
            throw failure
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.io, "the token could not be kept: \(error).")
        }
    }

    /// Takes away what ``keep(_:of:for:)`` put there and is still as it was.
    /// - Returns: the files that were changed; none when nothing of ours was there.
    /// - Throws: ``Failure`` when one cannot be written.
    package func forget(_ service: AccountService) throws(Failure) -> [String] {
        do {
            let path = try credentials()
            var file = try contents(path)
            switch service {
            case .civitai:
                guard file.sections.contains(StoredLogins.civitaiSection) else { return [] }
                file.remove(StoredLogins.civitaiSection)
                try rewrite(path, file)
                return [path]
            case .hf:
                let changed = try forgetHub(&file)
                try rewrite(path, file)
                return changed
            }
        } catch let fault as IOFault {
            throw fault.failure
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.io, "the token could not be taken away: \(error).")
        }
    }

    // MARK: Hugging Face

    private func keepHub(_ token: Secret, _ account: ServiceAccount) throws -> String {
        let (active, stored) = try hubFiles()
        let fallback = "oauth-\(account.name)"
        let name = account.tokenName.flatMap { INIText.isSectionName($0) ? $0 : nil } ?? fallback
        var tokens = try contents(stored)
        tokens.set(name, [("hf_token", token.reveal())])
        // Ours first: should the rest fail, a logout still knows what may have been written.
        let path = try credentials()
        var file = try contents(path)
        file.set(StoredLogins.hubSection(name), [(StoredLogins.digestKey, Self.digest(token.reveal()))])
        try Disk.replaceSecret(path, with: Array(file.text.utf8))
        try Disk.replaceSecret(stored, with: Array(tokens.text.utf8))
        try Disk.replaceSecret(active, with: Array(token.reveal().utf8))
        return active
    }

    private func forgetHub(_ file: inout INIText) throws -> [String] {
        let (active, stored) = try hubFiles()
        var changed: [String] = []
        var tokens = try contents(stored)
        for name in StoredLogins.hubNames(file) {
            let digest = file.value(StoredLogins.digestKey, in: StoredLogins.hubSection(name))
            if let kept = tokens.value("hf_token", in: name), Self.digest(kept) == digest {
                tokens.remove(name)
                try rewrite(stored, tokens)
                changed.append(stored)
            }
            if let text = Disk.contents(active, limit: 1 << 20),
                let token = AccountService.hf.token(from: String(decoding: text, as: UTF8.self)),
                Self.digest(token.reveal()) == digest
            {
                Disk.remove(active)
                changed.append(active)
            }
            file.remove(StoredLogins.hubSection(name))
        }
        return changed
    }

    private func hubFiles() throws(Failure) -> (active: String, stored: String) {
        guard let files = AccountService.hubFiles(environment) else { throw noHome }
        return (Path.absolute(files.active), Path.absolute(files.stored))
    }

    // MARK: files

    private func credentials() throws(Failure) -> String {
        guard let path = StoredLogins.path(environment) else { throw noHome }
        return path
    }

    private var noHome: Failure {
        Failure(
            .config, "there is no place to keep a login.", why: "neither HOME nor XDG_CONFIG_HOME is set.",
            hint: "set HOME, or give the token in the environment instead (HF_TOKEN, CIVITAI_API_TOKEN).")
    }

    /// - Throws: ``Failure`` when there is a file that cannot be read: written again, it would lose what others keep in it.
    private func contents(_ path: String) throws(Failure) -> INIText {
        if let text = Disk.text(path, limit: 1 << 20) { return INIText(text) }
        guard Disk.followedStatus(path) == nil else {
            throw Failure(
                .permission, "\(path) cannot be read.", why: "this user may not, or it is not a file of tokens.",
                hint: "mend its permissions, or take it away.")
        }
        return INIText("")
    }

    private func rewrite(_ path: String, _ file: INIText) throws(IOFault) {
        if file.text.isEmpty { return Disk.remove(path) }
        try Disk.replaceSecret(path, with: Array(file.text.utf8))
    }

    private static func digest(_ token: String) -> String { SHA256.hash(data: Array(token.utf8)).hexadecimal }
}
