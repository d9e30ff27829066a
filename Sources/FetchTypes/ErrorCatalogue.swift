/// What one kind of failure is: an entry of the catalogue that `fetchctl explain` prints and docs/errors.md shows.
package struct ErrorEntry: Sendable, Equatable {
    package let kind: FailureKind
    /// The exit codes that it can end with, the usual one first.
    package let codes: [ExitCode]
    /// In which cases it is reported.
    package let when: String
    /// What such a message reads like.
    package let sentence: String
    /// What to do about it.
    package let action: String
}

/// Every failure's kind and every exit code, explained once.
package enum ErrorCatalogue {
    /// In the order of their usual codes.
    package static let entries: [ErrorEntry] = FailureKind.allCases.map(entry)
        .sorted { ($0.codes[0].rawValue, $0.kind.rawValue) < ($1.codes[0].rawValue, $1.kind.rawValue) }

    /// What an exit code means.
    package static func meaning(_ code: ExitCode) -> String {
        switch code {
        case .success: "Everything asked for is there and verified; what is optional may be missing, with a warning."
        case .differs: "A check found a difference: the folder differs from its list (sync --check), or something is bad (doctor)."
        case .usage: "The command line or a reference cannot be understood, or does not say which of several things is meant."
        case .wrongData: "The bytes are wrong: checksum, size, a web page instead of a model, a broken header."
        case .notFound: "The source says that there is no such model, version, revision or file."
        case .unavailable: "The source was never reached in this run, or the source or engine is not supported here."
        case .cannotCreate: "The target cannot be created, or would overwrite something else."
        case .inputOutput: "Reading or writing failed, a full disk included."
        case .temporary: "The source was reached and did not serve until the retries ended. The same command resumes."
        case .notAllowed: "Access is not allowed: a token is missing or rejected, the model is gated, or not for this region."
        case .configuration: "The configuration, a model list or its lock is wrong. The message names file, key and line."
        case .hungUp: "The terminal hung up (SIGHUP). The partial is kept."
        case .interrupted: "Ctrl-C (SIGINT) ended the run. The partial is kept."
        case .terminated: "SIGTERM ended the run. The partial is kept."
        }
    }

    /// The entries whose failures can end with this code.
    package static func entries(_ code: ExitCode) -> [ErrorEntry] { entries.filter { $0.codes.contains(code) } }

    /// The entry of a kind, complete because the compiler checks that no kind is missing.
    package static func entry(_ kind: FailureKind) -> ErrorEntry {
        let (codes, when, sentence, action) = texts(kind)
        return ErrorEntry(kind: kind, codes: codes, when: when, sentence: sentence, action: action)
    }

    private typealias Texts = (codes: [ExitCode], when: String, sentence: String, action: String)

    private static func texts(_ kind: FailureKind) -> Texts {
        switch kind {
        case .usage, .config, .exists, .permission, .io, .diskFull, .interrupted, .locked: ofThisMachine(kind)
        case .checksum, .size, .notAModel, .notFound, .server, .rateLimited: ofTheSource(kind)
        case .unreachable, .tls, .proxy: ofTheNetwork(kind)
        case .gated, .needsLogin, .tokenRejected, .earlyAccess, .region: ofAccess(kind)
        }
    }

    private static func ofThisMachine(_ kind: FailureKind) -> Texts {
        switch kind {
        case .config:
            (
                [.configuration], "A configuration file, an environment variable, a model list or a lock holds a bad value.",
                "config.toml, line 3: connections = 99 is not usable.",
                "Correct the named line. fetchctl config path shows which files are read, fetchctl config show what is in force."
            )
        case .exists:
            (
                [.cannotCreate],
                "Another file has the target's name, a file of a model list was edited since, or two files of one batch have one target.",
                "models/m.safetensors is there already and did not come from this reference.",
                "Choose another name (-o NAME) or directory (-d DIR), or replace it with --force."
            )
        case .permission:
            (
                [.cannotCreate], "The target's folder cannot be written, or an untrusted path leads through a symbolic link.",
                "making the directory /models failed: Permission denied.",
                "Choose a directory that this user may write, or correct its permissions."
            )
        case .io:
            (
                [.inputOutput, .cannotCreate], "Reading or writing a file failed for a reason other than space or permission.",
                "writing models/m.safetensors failed: Input/output error.",
                "Look at the disk (dmesg, mount options), then run the same command again: it resumes."
            )
        case .diskFull:
            (
                [.inputOutput], "There is not enough room for the whole batch, or the disk or quota became full.",
                "there is not enough room in /models.",
                "Free some space and run the same command again, or choose another disk with -d DIR."
            )
        case .interrupted:
            (
                [.interrupted, .terminated, .hungUp], "A signal ended the run, or a question was left without an answer.", "interrupted.",
                "Run the same command again: it resumes where this stopped."
            )
        case .locked:
            (
                [.temporary], "Another process works on the same target for longer than --wait allows.",
                "models/m.safetensors is being fetched by process 4711.", "Wait for that process, or give a longer --wait."
            )
        default:
            (
                [.usage, .unavailable],
                "The command line or a reference cannot be understood, names several things, or asks for what is not supported here.",
                "cannot understand the reference \"128078\".", "Read the hint: it has the nearest valid form. See fetchctl COMMAND --help."
            )
        }
    }

    private static func ofTheSource(_ kind: FailureKind) -> Texts {
        switch kind {
        case .checksum:
            (
                [.wrongData], "The bytes do not have the published or the given hash, twice in a row.",
                "m.safetensors does not have the published checksum.",
                "Try again from another network. If it stays so, tell its publisher."
            )
        case .size:
            (
                [.wrongData], "The file has another size than its source states.", "m.safetensors has 10 bytes instead of 20.",
                "Run the same command again. If it stays so, tell its publisher."
            )
        case .notAModel:
            (
                [.wrongData], "A web page, a Git LFS pointer, a JSON error or a broken header came instead of a model.",
                "m.safetensors is a web page.", "Open the link in a browser to see what it leads to, and use the link of the file itself."
            )
        case .notFound:
            (
                [.notFound], "The source has no such model, version, revision, quantisation or file, or it was removed.",
                "CivitAI has no version 999999.", "Check the reference. fetchctl info shows what there is."
            )
        case .rateLimited:
            (
                [.temporary], "The source wants fewer requests (429), and says so for longer than the retries last.",
                "Hugging Face asks to wait until 14:30.",
                "Run the same command again at the named time. A login often gives a higher quota."
            )
        default:
            (
                [.temporary], "The source answers with an error (5xx), with what is no answer, or drops the connection.",
                "CivitAI answered with 503.", "Run the same command again later: the partial is kept."
            )
        }
    }

    private static func ofTheNetwork(_ kind: FailureKind) -> Texts {
        switch kind {
        case .tls:
            (
                [.unavailable, .temporary], "The host's certificate is not trusted, has expired, or is of another host.",
                "the certificate of huggingface.co is not trusted.",
                "Check this machine's clock and certificates (fetchctl doctor); name a company's authority with SSL_CERT_FILE."
            )
        case .proxy:
            (
                [.unavailable, .temporary], "The proxy is not there, refuses the connection, or wants a login.",
                "the proxy proxy.example:3128 was not reached.",
                "Check http_proxy, https_proxy and all_proxy, or name hosts to reach directly in no_proxy."
            )
        default:
            (
                [.unavailable, .temporary], "The host has no address, accepts no connection, or the machine is offline.",
                "huggingface.co was not reached.", "Check the network (fetchctl doctor), then run the same command again."
            )
        }
    }

    private static func ofAccess(_ kind: FailureKind) -> Texts {
        switch kind {
        case .gated:
            (
                [.notAllowed], "The repo is gated: its owner grants access to each account.", "org/name is gated.",
                "Ask for access on the repo's page with the account whose token is used, then run the same command again."
            )
        case .tokenRejected:
            (
                [.notAllowed], "The service does not accept the token that was found.", "Hugging Face rejected the token of HF_TOKEN.",
                "Make a new token and store it with fetchctl login. fetchctl whoami shows whose a token is."
            )
        case .earlyAccess:
            (
                [.notAllowed], "The version is in early access: only those who paid for it may download it now.",
                "version 5002 is in early access until 2026-12-01.", "Wait until the named date, or buy access on the model's page."
            )
        case .region:
            (
                [.notAllowed], "The service does not serve this model or this service in the region of this address.",
                "CivitAI does not serve this model in your region.", "There is nothing to do from here; look for the model elsewhere."
            )
        default:
            (
                [.notAllowed], "The source wants a login and no token was found, or the token sees no such repo.",
                "CivitAI refused version 5001: its creator requires a login.", "Make a token and store it: fetchctl login hf or civitai."
            )
        }
    }
}
