import Foundation

/// The stand-in for drive.google.com, docs.google.com and drive.usercontent.google.com at once.
///
/// - `/uc`, `/open`, `/download`: a file by its id, or the page that is shown in its place
/// - `/document/d/ID/edit`, `…/export`: one of Google's own documents
/// - `/embeddedfolderview`: a folder as a list
/// - `/ServiceLogin`: where visitors of what is private are sent
struct DriveServer: Sendable {
    let state: HubState

    func answer(_ request: HubRequest) -> Reply {
        guard request.method == "GET" || request.method == "HEAD" else { return .html("405", status: 405) }
        let parts = request.segments
        switch parts.first ?? "" {
        case "uc": return entrance(request)
        case "open": return opened(request)
        case "download": return download(request)
        case "document": return document(request, parts)
        case "embeddedfolderview": return folder(request)
        case "ServiceLogin": return .html("Sign in - Google Accounts")
        default: return .html("Error 404 (Not Found)!!1", status: 404)
        }
    }

    /// The service's address for clients: the host that they asked for, if that is one of Google's, else this one.
    private func base(_ request: HubRequest, _ host: String) -> String {
        let asked = request.header("Host") ?? ""
        return asked.hasSuffix(".google.com") ? "https://\(host)" : request.origin
    }

    private func entrance(_ request: HubRequest) -> Reply {
        guard let item = DriveShelf.item(request.item("id") ?? "") else { return missing }
        if case .document = item.gate { return .html("Sorry, the server encountered an error", status: 500) }
        if case .signIn = item.gate {
            return .redirect(302, to: base(request, "accounts.google.com") + "/ServiceLogin?continue=\(request.target.percentEncoded())")
        }
        let key = ["resourcekey", "confirm"].map { name in request.item(name).map { "&\(name)=\($0)" } ?? "" }.joined()
        return .redirect(303, to: base(request, "drive.usercontent.google.com") + "/download?id=\(item.id)&export=download\(key)")
    }

    private func opened(_ request: HubRequest) -> Reply {
        guard let item = DriveShelf.item(request.item("id") ?? "") else { return missing }
        if case .document = item.gate {
            return .redirect(307, to: base(request, "docs.google.com") + "/document/d/\(item.id)/edit?usp=drive_web")
        }
        return .redirect(307, to: base(request, "drive.google.com") + "/file/d/\(item.id)/view")
    }

    private func document(_ request: HubRequest, _ parts: [String]) -> Reply {
        guard parts.count == 4, parts[1] == "d", let item = DriveShelf.item(parts[2]), case .document = item.gate else { return missing }
        guard parts[3] == "export" else { return .html("\(item.name) - Google Docs") }
        return file(item, named: "\(item.name).\(request.item("format") ?? "docx")", request)
    }

    private func download(_ request: HubRequest) -> Reply {
        guard let item = DriveShelf.item(request.item("id") ?? "") else { return missing }
        switch item.gate {
        case .none: return file(item, named: item.name, request)
        case .warning, .oldWarning:
            let isConfirmed = request.item("confirm") == "t" && (request.item("uuid") == Self.uuid(item) || !isForm(item))
            return isConfirmed && hasCookie(request) ? file(item, named: item.name, request) : warning(item, request)
        case .key(let key): return request.item("resourcekey") == key ? file(item, named: item.name, request) : missing
        case .quota:
            return page(
                "Google Drive - Quota exceeded", caption: "Sorry, you can't view or download this file at this time.",
                "Too many users have viewed or downloaded this file recently. Please try accessing the file again later. If the file you "
                    + "are trying to access is particularly large or is shared with many people, it may take up to 24 hours to be able to "
                    + "view or download the file.")
        case .signIn, .denied:
            return page(
                "Google Drive - Access Denied", caption: "Access denied",
                "You need access. Ask for access, or switch to an account with it.",
                status: 403)
        case .document: return .html("Sorry, the server encountered an error", status: 500)
        }
    }

    private func isForm(_ item: DriveShelf.Item) -> Bool { if case .warning = item.gate { true } else { false } }

    private func hasCookie(_ request: HubRequest) -> Bool { request.header("Cookie")?.contains("NID=practice") ?? false }

    /// The form's number for a file.
    private static func uuid(_ item: DriveShelf.Item) -> String {
        let hex = FileDigests.invented("uuid \(item.id)")
        return "\(hex.prefix(8))-\(hex.dropFirst(8).prefix(4))-4000-8000-\(hex.suffix(12))"
    }

    private func file(_ item: DriveShelf.Item, named name: String, _ request: HubRequest) -> Reply {
        let content = request.content(item.content)
        let plain = String(decoding: name.utf8.map { $0 < 0x80 && $0 != 0x22 ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        let disposition = "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(name.percentEncoded())"
        return .file(
            content, tag: "practice-\(content.contentTag.prefix(16))", to: request, headers: [("Content-Disposition", disposition)])
    }

    private func warning(_ item: DriveShelf.Item, _ request: HubRequest) -> Reply {
        let action = base(request, "drive.usercontent.google.com") + "/download"
        let agent = request.header("User-Agent")?.lowercased() ?? ""
        let form =
            if !agent.contains("mozilla") { "" } else if isForm(item) {
                """
                <form id="download-form" action="\(action)" method="get"><input type="submit" id="uc-download-link" value="Download anyway"/>\
                <input type="hidden" name="id" value="\(item.id)"><input type="hidden" name="export" value="download">\
                <input type="hidden" name="authuser" value="0"><input type="hidden" name="confirm" value="t">\
                <input type="hidden" name="uuid" value="\(Self.uuid(item))"></form>
                """
            } else {
                """
                <a id="uc-download-link" class="goog-inline-block" href="/uc?export=download&amp;confirm=t&amp;id=\(item.id)">Download anyway</a>
                """
            }
        let body =
            "<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title><style>.uc-main{color:red}</style></head><body>"
            + "<div class=\"uc-main\"><p class=\"uc-warning-caption\">Google Drive can't scan this file for viruses.</p>"
            + "<p class=\"uc-warning-subcaption\"><span class=\"uc-name-size\">\(item.name)</span> is too large.</p>\(form)</div></body></html>\n"
        let cookie = "NID=practice; expires=Fri, 01-Jan-2099 00:00:00 GMT; path=/; domain=.google.com; HttpOnly"
        return .text(body, type: "text/html; charset=utf-8", headers: [("Set-Cookie", cookie)])
    }

    private func folder(_ request: HubRequest) -> Reply {
        guard let folder = DriveShelf.folders.first(where: { $0.id == request.item("id") }) else { return missing }
        let files = folder.files.compactMap(DriveShelf.item).map { item in
            let link =
                if case .document = item.gate { "https://docs.google.com/document/d/\(item.id)/edit?usp=drive_web" } else {
                    "https://drive.google.com/file/d/\(item.id)/view?usp=drive_web"
                }
            return entry(item.id, link, item.name)
        }
        let inner = folder.folders.compactMap { id in DriveShelf.folders.first { $0.id == id } }.map {
            entry($0.id, "https://drive.google.com/drive/folders/\($0.id)", $0.name)
        }
        let body =
            "<html><head><title>\(folder.name)</title></head><body><div class=\"flip-list\">"
            + (inner + files).joined() + "</div></body></html>\n"
        return .text(body, type: "text/html; charset=utf-8")
    }

    private func entry(_ id: String, _ link: String, _ name: String) -> String {
        "<div class=\"flip-entry\" id=\"entry-\(id)\"><div class=\"flip-entry-info\"><a href=\"\(link)\" target=\"_blank\">"
            + "<div class=\"flip-entry-visual\"></div><div class=\"flip-entry-title\">\(name)</div></a></div></div>"
    }

    private var missing: Reply {
        page(
            "Google Drive - Page Not Found", caption: "Sorry, the file you have requested does not exist.",
            "Make sure that you have the correct URL and the file exists.", status: 404)
    }

    private func page(_ title: String, caption: String, _ words: String, status: Int = 200) -> Reply {
        .text(
            "<!DOCTYPE html><html><head><title>\(title)</title></head><body><div class=\"uc-main\"><p class=\"uc-error-caption\">\(caption)</p>"
                + "\n<p class=\"uc-error-subcaption\">\(words)</p></div></body></html>\n",
            status: status, type: "text/html; charset=utf-8")
    }
}
