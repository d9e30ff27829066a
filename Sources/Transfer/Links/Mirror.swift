import FetchTypes
import Partials
import Synchronization

/// Another source of the same bytes, as the user says. It is believed as far as a checksum bears it out, and
/// dropped at its first fault.
package final class Mirror: Sendable {
    /// What the user typed, without any secret: names it in messages and in the record.
    package let name: String
    let links: LinkKeeper
    private let version = Mutex(VersionWatch())

    package init(_ name: String, _ links: LinkKeeper) {
        self.name = name
        self.links = links
    }

    /// A mirror has validators of its own; they only have to stay the same.
    /// - Throws: ``TransferFault/changed(_:)``.
    func compareVersion(_ answer: Validators, hashDecides: Bool) throws {
        if let why = version.withLock({ $0.compare(answer, hashDecides: hashDecides) }) { throw TransferFault.changed(why) }
    }

    /// Why it is not asked any more, as part of a sentence.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let failure as Failure: failure.message.hasSuffix(".") ? String(failure.message.dropLast()) : failure.message
        case let fault as TransportFault: "\(fault.detail)"
        case TransferFault.network(let fault): "\(fault.detail)"
        case TransferFault.refused(let status, _, _): "it answered \(status)"
        case TransferFault.changed: "its file was replaced meanwhile"
        case TransferFault.rangesIgnored: "it gives only whole files"
        case TransferFault.wrongSize(let expected, let got): "its file has \(got) bytes instead of \(expected)"
        case TransferFault.page: "it sends a web page"
        case TransferFault.coded(let coding, _): "it packs the file as \(coding.prefix(20))"
        case TransferFault.protocolViolation(let what): what
        case TransferFault.stalled: "nothing more came"
        default: "\(error)"
        }
    }
}
