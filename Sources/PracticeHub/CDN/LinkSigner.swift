import Crypto
import Foundation
import Synchronization

/// Signs links to the content network in the shapes that the services use, and judges those that come back.
final class LinkSigner: Sendable {
    /// Whose links these look like.
    enum Style: Sendable {
        /// The Hub's content network: `Expires`, `Policy`, `Signature`, `Key-Pair-Id`.
        case cloudFront
        /// `?Authorization=3_<start>_<signature>_004_<end>_0042_dnld`, times as fourteen digits in UTC.
        case b2
        /// S3's presigned query, `X-Amz-Date` and `X-Amz-Expires`.
        case r2
    }

    enum Verdict: Equatable {
        case good, expired, wrong
    }

    private struct State {
        var last: UInt32 = 0
        var expiries: [UInt32: Date] = [:]
    }

    private let lifetime: Double
    private let clockOffset: Double
    private let key = SymmetricKey(size: .bits256)
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lifetime: Seconds for which links are good.
    ///   - clockOffset: Seconds by which this signer's clock is ahead.
    init(lifetime: Double, clockOffset: Double = 0) {
        self.lifetime = lifetime
        self.clockOffset = clockOffset
    }

    /// The time, by this signer's clock.
    private var now: Date { Date().addingTimeInterval(clockOffset) }

    /// The number of the last link signed; numbers begin at 1.
    var lastNumber: UInt32 { state.withLock { $0.last } }

    /// What a link past its time gets.
    static var expired: Reply { .xml(403, code: "AccessDenied", message: "Request has expired") }

    /// A signed path with its query, for the content network's origin to be put in front.
    ///
    /// - Parameter disposition: The Content-Disposition that the answer shall have; part of the query, as with the services.
    func sign(path: String, style: Style, disposition: String) -> String {
        let now = now
        let number = state.withLock {
            $0.last += 1
            $0.expiries[$0.last] = now.addingTimeInterval(lifetime)
            return $0.last
        }
        let end = Date(timeIntervalSince1970: now.addingTimeInterval(lifetime).timeIntervalSince1970.rounded(.up))
        let name = disposition.percentEncoded()
        switch style {
        case .cloudFront:
            let expires = Int64(end.timeIntervalSince1970)
            let policy = Data(#"{"Statement":[{"Resource":"\#(path)","Condition":{"DateLessThan":{"AWS:EpochTime":\#(expires)}}}]}"#.utf8)
            return path + "?user_id=public&X-Xet-Cas-Uid=public&response-content-disposition=\(name)&Expires=\(expires)"
                + "&Policy=\(policy.base64EncodedString().percentEncoded())"
                + "&Signature=\(signature(number, path, String(expires)))&Key-Pair-Id=KPRACTICE"
        case .b2:
            let ends = HTTPDate.digits(end)
            return path + "?Authorization=3_\(HTTPDate.digits(now))_\(signature(number, path, ends))_004_\(ends)_0042_dnld"
                + "&b2ContentDisposition=" + name.replacingOccurrences(of: "%20", with: "+")
        case .r2:
            let digits = HTTPDate.digits(now)
            let date = "\(digits.prefix(8))T\(digits.suffix(6))Z"
            let start = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
            let seconds = Int64(end.timeIntervalSince(start))
            return path + "?X-Amz-Expires=\(seconds)&response-content-disposition=\(name)&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=practice%2F\(digits.prefix(8))%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=\(date)"
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature=\(signature(number, path, "\(date) \(seconds)"))"
        }
    }

    /// What to think of a request's signature; nil when it has none.
    func judge(_ request: HubRequest) -> Verdict? {
        guard let claim = Self.claim(of: request) else { return nil }
        guard let number = Self.number(of: request), let expiry = state.withLock({ $0.expiries[number] }),
            claim.signature == signature(number, request.path, claim.times)
        else { return .wrong }
        return now < expiry ? .good : .expired
    }

    /// The number of the link that a request came by; nil when it is not signed.
    static func number(of request: HubRequest) -> UInt32? {
        claim(of: request).flatMap { UInt32($0.signature.prefix(8), radix: 16) }
    }

    /// The signature in a request, and the times that it must have signed.
    private static func claim(of request: HubRequest) -> (signature: String, times: String)? {
        if let signature = request.item("Signature") { return (signature, request.item("Expires") ?? "") }
        if let signature = request.item("X-Amz-Signature") {
            return (signature, (request.item("X-Amz-Date") ?? "") + " " + (request.item("X-Amz-Expires") ?? ""))
        }
        if let parts = request.item("Authorization")?.split(separator: "_"), parts.count == 7 {
            return (String(parts[2]), String(parts[4]))
        }
        return nil
    }

    /// Eight digits of the link's number, then 56 digits of a MAC over number, path and times.
    private func signature(_ number: UInt32, _ path: String, _ times: String) -> String {
        let digits = String(number, radix: 16)
        let head = String(repeating: "0", count: 8 - digits.count) + digits
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(head) \(path) \(times)".utf8), using: key)
        return head + FileDigests.hex(code).prefix(56)
    }
}
