import Foundation
import Synchronization

/// The content network: signed objects, plain files, and redirects to anywhere.
///
/// - `/xet-bridge-us/…`, `/file/…`, `/model/…`: objects that only a good signature opens
/// - `/plain/NAME[?disposition=…]`: a file without access control
/// - `/redirect?to=URL[&status=N]`: a redirect
struct CDNServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        guard request.method == "GET" || request.method == "HEAD" else {
            return .xml(405, code: "MethodNotAllowed", message: "The specified method is not allowed against this resource.")
        }
        switch request.segments.first {
        case "plain": return plain(request)
        case "redirect": return redirect(request)
        default: return signed(request)
        }
    }

    private func plain(_ request: HubRequest) -> Reply {
        let name = request.segments.dropFirst().joined(separator: "/")
        guard let file = state.plainFiles.withLock({ $0[name] }) else { return .html("404 Not Found", status: 404) }
        let content = request.content(file)
        var headers: [(name: String, value: String)] = []
        if let disposition = request.item("disposition") { headers.append(("Content-Disposition", disposition)) }
        if let type = request.item("type") { headers.append(("Content-Type", type)) }
        return .file(content, tag: String(content.contentTag.prefix(32)), to: request, headers: headers)
    }

    private func redirect(_ request: HubRequest) -> Reply {
        guard let target = request.item("to") else { return .text("to= is missing\n", status: 400) }
        return .redirect(request.item("status").flatMap { Int($0) } ?? 302, to: target)
    }

    private func signed(_ request: HubRequest) -> Reply {
        if request.header("Authorization") != nil {
            return request.segments.first == "model"
                ? .xml(400, code: "InvalidRequest", message: "Missing x-amz-content-sha256")
                : .xml(
                    400, code: "InvalidArgument",
                    message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                        + "Signature query string parameter or the Authorization header should be specified")
        }
        switch state.signer.judge(request) {
        case nil: return .xml(403, code: "MissingKey", message: "Missing Key-Pair-Id query parameter or cookie value")
        case .expired: return LinkSigner.expired
        case .wrong:
            return .xml(
                403, code: "SignatureDoesNotMatch",
                message: "The request signature we calculated does not match the signature you provided.")
        case .good: break
        }
        // Such a link is signed for GET alone.
        guard request.method == "GET" else {
            return .xml(
                403, code: "SignatureDoesNotMatch",
                message: "The request signature we calculated does not match the signature you provided.")
        }
        guard let file = state.objects.withLock({ $0[request.path] }) else {
            return .xml(404, code: "NoSuchKey", message: "The specified key does not exist.")
        }
        let content = request.content(file)
        let disposition = request.item("response-content-disposition") ?? request.item("b2ContentDisposition") ?? "attachment"
        // Stores that take a file in parts tag it with a hash of the parts' hashes and their number.
        let tag = request.segments.first == "xet-bridge-us" ? content.contentTag : content.contentTag.prefix(32) + "-2"
        return .file(content, tag: tag, to: request, headers: [("Content-Disposition", disposition)])
    }
}
