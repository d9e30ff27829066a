package import FetchTypes

/// What an aria2c is started with that exchanges segments with the other members of a fleet and downloads nothing else.
///
/// The values were found by measuring, with 1.36: without `bt-hash-check-seed` aria2c ends a complete file instead of offering it,
/// without `bt-seed-unverified` it refuses one that has no control file, and without `bt-detach-seed-only` what is offered counts
/// among the downloads. The port opens with the first torrent.
package struct Aria2PeerOptions: Sendable {
    /// The address that it listens on and connects from: numeric, one of this machine's.
    package var interface: String
    /// Where it takes connections.
    package var port: UInt16
    /// Whom it asks for the others: on 127.0.0.1.
    package var tracker: WebURL
    /// All of the stream is encrypted (RC4), not only its beginning.
    package var encrypts: Bool

    package init(interface: String, port: UInt16, tracker: WebURL, encrypts: Bool) {
        (self.interface, self.port, self.tracker, self.encrypts) = (interface, port, tracker, encrypts)
    }

    var pairs: [(name: String, value: String)] {
        [
            ("interface", interface),
            ("listen-port", String(port)),
            ("bt-tracker", tracker.string),
            ("bt-tracker-interval", "1"),
            ("bt-tracker-connect-timeout", "5"),
            ("bt-max-peers", "0"),
            ("bt-request-peer-speed-limit", "1000M"),
            ("bt-max-open-files", "1000"),
            ("seed-ratio", "0"),
            ("bt-seed-unverified", "true"),
            ("bt-hash-check-seed", "true"),
            ("bt-detach-seed-only", "true"),
            ("enable-peer-exchange", "false"),
            // A client that does not know the info-hash cannot even shake hands.
            ("bt-require-crypto", "true"),
            ("bt-min-crypto-level", encrypts ? "arc4" : "plain"),
            ("max-concurrent-downloads", "10000"),
            ("file-allocation", "none"),
            // A torrent of a file of 2^20 pieces has 20 MiB of hashes, in base64.
            ("rpc-max-request-size", "64M"),
            ("max-download-result", "10000"),
        ]
    }
}
