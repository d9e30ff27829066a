import Crypto
package import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The shared secret of a fleet's members: it signs requests and answers, and encrypts bundles.
///
/// It cannot print itself, and is never sent.
package struct FleetSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The minimum length in bytes.
    package static let leastBytes = 16
    package static let variable = "FETCHCTL_FLEET_SECRET"

    private let key: SymmetricKey

    /// - Throws: as ``init(bytes:)``.
    package init(text: String) throws(Failure) { try self.init(bytes: Array(text.utf8)) }

    /// - Parameter bytes: any bytes, not only text; surrounding spaces and line ends are removed.
    /// - Throws: ``Failure`` (64) where fewer than ``leastBytes`` remain.
    package init(bytes: [UInt8]) throws(Failure) {
        let first = bytes.firstIndex { $0 > 0x20 } ?? bytes.endIndex
        let end = (bytes.lastIndex { $0 > 0x20 } ?? bytes.startIndex - 1) + 1
        guard first < end, end - first >= Self.leastBytes else {
            throw Failure(
                .usage, "the fleet's secret is too short.", why: "it needs \(Self.leastBytes) bytes or more; a shorter one can be guessed.",
                hint: "make one and copy it to every node: head -c 32 /dev/urandom | base64 > fleet.secret")
        }
        key = SymmetricKey(data: Array(bytes[first..<end]))
    }

    /// The secret that an option or the environment names.
    /// - Parameters:
    ///   - option: `@FILE`; nil: the environment variable is read.
    ///   - readFile: gives a file's bytes; nil where it cannot be read. A text would replace each byte that is not UTF-8 by the same
    ///     character, so that a secret of random bytes would lose half of its strength.
    /// - Throws: ``Failure`` (64) where there is none.
    package static func read(
        option: String?, environment: [String: String], readFile: (String) -> [UInt8]?
    ) throws(Failure) -> FleetSecret {
        if let option {
            guard option.hasPrefix("@"), option.count > 1 else {
                throw Failure(
                    .usage, "--fleet-secret takes a file, not the secret itself.",
                    why: "other users of this machine can read command lines.", hint: "write it into a file: --fleet-secret @fleet.secret")
            }
            let path = String(option.dropFirst())
            guard let bytes = readFile(path) else {
                throw Failure(.usage, "the fleet's secret in \(path) cannot be read.", hint: "give a file that this user may read.")
            }
            return try FleetSecret(bytes: bytes)
        }
        guard let text = environment[variable], !text.isEmpty else {
            throw Failure(
                .usage, "a fleet needs a secret.", why: "only nodes that have it can join the fleet and read its messages.",
                hint: "give the same file on every node (--fleet-secret @FILE), or set \(variable).")
        }
        return try FleetSecret(text: text)
    }

    /// 32 bytes that only holders of the secret can compute, for the torrents of this manifest; never sent.
    package func salt(for manifest: FleetManifest) -> [UInt8] { Array(code("salt", over: Array(manifest.digest.utf8))) }

    /// The key of a file list in ``FleetLists``: who listens on the network cannot compute it from a guess.
    /// - Parameter parts: what was asked for, in an order that all nodes use.
    package func listKey(_ parts: [String]) -> String {
        code("list", over: Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8)).hexadecimal
    }

    /// An HMAC over bytes with a key for one purpose; codes of different purposes never match.
    func code(_ purpose: String, over bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: derived(purpose)))
    }

    /// Compares in constant time.
    func isValid(_ code: [UInt8], _ purpose: String, over bytes: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: derived(purpose))
    }

    /// Encrypts with AES-GCM, a key for this purpose only and a random nonce.
    /// - Parameter context: authenticated data that says what the bytes belong to; neither secret nor sent, and needed to decrypt.
    func seal(_ bytes: [UInt8], context: String) -> [UInt8]? {
        let box = try? AES.GCM.seal(bytes, using: derived("bytes"), authenticating: Array(context.utf8))
        return (box?.combined).map { Array($0) }
    }

    /// - Returns: nil where the bytes were not sealed with this secret for that context.
    func open(_ sealed: [UInt8], context: String) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return (try? AES.GCM.open(box, using: derived("bytes"), authenticating: Array(context.utf8))).map { Array($0) }
    }

    private func derived(_ purpose: String) -> SymmetricKey {
        let code = HMAC<SHA256>.authenticationCode(for: Array("fetchctl fleet 1 \(purpose)".utf8), using: key)
        return SymmetricKey(data: Array(code))
    }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
