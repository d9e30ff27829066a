import Foundation
import Synchronization

/// What the three servers share. Each part keeps its own lock and none is held while another is taken.
final class HubState: Sendable {
    let configuration: HubConfiguration
    let log = RequestLog()
    let faults = FaultList()
    let signer: LinkSigner
    let pacer = Pacer()
    let quotas: RateQuotas
    /// Files under `/plain/` by name.
    let plainFiles: Mutex<[String: PracticeFile]>
    /// Objects of the content network by percent-encoded path; one comes in when the first link to it is signed.
    let objects = Mutex<[String: PracticeFile]>([:])
    let repositories: Mutex<[HubRepository]>
    let versions: Mutex<[CivitaiVersion]>
    /// Set before the servers accept anything.
    let addresses = Mutex(HubAddresses(hub: "", civitai: "", cdn: ""))
    let transfers = TransferCount()

    /// The content network's origin as links name it.
    var publicCDN: String { configuration.publicCDN ?? addresses.withLock { $0.cdn } }

    init(_ configuration: HubConfiguration) {
        self.configuration = configuration
        signer = LinkSigner(lifetime: configuration.linkLifetime, clockOffset: configuration.clockOffset)
        quotas = RateQuotas(configuration)
        plainFiles = Mutex([
            "practice.bin": PracticeFile(kind: .bytes, size: 8 << 20, seed: 1),
            "practice.safetensors": PracticeFile(kind: .safetensors, size: 4 << 20, seed: 2),
            "practice.gguf": PracticeFile(kind: .gguf, size: 4 << 20, seed: 3),
            "large.bin": PracticeFile(kind: .bytes, size: configuration.modelSize, seed: 4),
            "small.bin": PracticeFile(kind: .bytes, size: 20 << 10, seed: 5),
            "empty.bin": PracticeFile(kind: .bytes, size: 0, seed: 6),
        ])
        repositories = Mutex(HubRepository.practice(configuration))
        versions = Mutex(CivitaiVersion.practice(configuration))
    }

    /// A signed URL on the content network to an object, which is put there under `path` if it is not there yet.
    func link(to file: PracticeFile, path: String, style: LinkSigner.Style, disposition: String) -> String {
        objects.withLock { $0[path] = file }
        return publicCDN + signer.sign(path: path, style: style, disposition: disposition)
    }
}
