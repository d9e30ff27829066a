import DropIns
import FetchTypes
import Notebook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The command line as typed, taken out of the memory that `ps` shows where it holds a secret.
struct TypedArguments: Sendable {
    /// Without the program's name.
    let values: [String]
    /// Whether something was wiped: that earns one warning.
    let heldSecret: Bool
    /// An argument that is not UTF-8, by its number, since it may hold a secret; nil when all are.
    let unreadable: String?

    /// Copies the arguments, then overwrites tokens, passwords and header values in the process's own memory.
    /// To be called first of all, before another thread runs.
    static func takeFromProcess() -> TypedArguments {
        var values: [String] = []
        var heldSecret = false
        var unreadable: String?
        let arguments = ProcessArguments()
        var isHeaderValue = false
        var isHook = false
        let program = arguments.text(0) ?? ""
        var foreign = DropInTool.named(by: program).map { CommandLineSecrets(tool: $0) }
        for index in 1..<max(1, arguments.count) {
            guard let pointer = arguments[index] else { continue }
            var text = ""
            if let read = SystemText.read(pointer) {
                text = read
            } else {
                let bytes = (0..<strlen(pointer)).map { UInt8(bitPattern: pointer[$0]) }
                // A byte for a byte: the secrets below are found by their offsets.
                text = String(decoding: bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
                if unreadable == nil { unreadable = "number \(index)" }
            }
            values.append(text)
            // A token that was typed behind `login hf` all the same.
            let isMisplaced = index > 2 && ["login", "logout", "whoami"].contains(values[0]) && !["--json", "--help", "-h"].contains(text)
            if index == 1, foreign == nil, let tool = DropInTool(rawValue: text) {
                foreign = CommandLineSecrets(tool: tool)
                continue
            }
            let isWhole = isMisplaced || holdsCommandSecret(text, isHook: isHook)
            let ranges = isWhole ? [0..<text.utf8.count] : secretRanges(in: text, isHeaderValue: isHeaderValue)
            for range in ranges + (foreign?.take(text) ?? []) {
                heldSecret = true
                for position in range { pointer[position] = CChar(bitPattern: UInt8(ascii: "x")) }
            }
            isHeaderValue = text == "--header"
            isHook = ["--on-complete", "--on-error"].contains(text)
        }
        return TypedArguments(values: values, heldSecret: heldSecret, unreadable: unreadable)
    }

    /// Whether a command for a job's end has a password or token in it; the line is refused for it later.
    static func holdsCommandSecret(_ text: String, isHook: Bool) -> Bool {
        guard isHook || text.hasPrefix("--on-complete=") || text.hasPrefix("--on-error=") else { return false }
        return SecretMask.masked(text) != text
    }

    /// The query parameters that are a credential or a signature.
    private static let secretParameters: Set<String> = [
        "token", "access_token", "api_key", "apikey", "key", "password", "sig", "signature", "policy", "authorization", "x-amz-signature",
        "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential", "key-pair-id",
    ]

    /// Where secrets are in an argument, as UTF-8 offsets.
    static func secretRanges(in text: String, isHeaderValue: Bool) -> [Range<Int>] {
        let bytes = Array(text.utf8)
        if isHeaderValue || text.hasPrefix("--header=") {
            guard !text.hasPrefix("@"), !text.hasPrefix("--header=@"),
                let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon + 1 < bytes.count
            else { return [] }
            let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
            let isSecret = ["authorization", "cookie", "token", "key", "secret"].contains { name.contains($0) }
            return isSecret ? [colon + 1..<bytes.count] : []
        }
        return parameterRanges(bytes) + userInformationRange(bytes)
    }

    /// Of a query or a fragment.
    private static func parameterRanges(_ bytes: [UInt8]) -> [Range<Int>] {
        guard let question = bytes.firstIndex(where: { "?#".utf8.contains($0) }) else { return [] }
        var ranges: [Range<Int>] = []
        var start = question + 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex { "&#?".utf8.contains($0) } ?? bytes.count
            if let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")), equals + 1 < end,
                secretParameters.contains(String(decoding: bytes[start..<equals], as: UTF8.self).lowercased())
            {
                ranges.append(equals + 1..<end)
            }
            start = end + 1
        }
        return ranges
    }

    /// `user:password@` of a URL.
    private static func userInformationRange(_ bytes: [UInt8]) -> [Range<Int>] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let scheme = text.firstRange(of: "://") else { return [] }
        let start = text.utf8.distance(from: text.startIndex, to: scheme.upperBound)
        let end = bytes[start...].firstIndex { "/?#".utf8.contains($0) } ?? bytes.count
        guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")), at > start else { return [] }
        return [start..<at]
    }
}
