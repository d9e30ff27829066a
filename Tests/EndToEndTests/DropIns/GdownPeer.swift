import PracticeHub
import Foundation
import Testing

extension Scenario {
    /// gdown's own command with Google's hosts led to the practice hub: its requests, under their own names.
    private static let led = """
        import os, sys, requests
        from urllib.parse import urlsplit
        base = os.environ["STAND_IN"]
        class StandIn(requests.adapters.HTTPAdapter):
            def send(self, request, **options):
                real = request.url
                parts = urlsplit(real)
                request.headers["Host"] = parts.netloc
                request.url = base + parts.path + ("?" + parts.query if parts.query else "")
                response = super().send(request, **options)
                request.url = response.url = real
                return response
        begin = requests.Session.__init__
        def led(self):
            begin(self)
            for host in ("drive.google.com", "docs.google.com", "drive.usercontent.google.com", "accounts.google.com"):
                self.mount("https://" + host, StandIn())
        requests.Session.__init__ = led
        from gdown.__main__ import main
        main()
        """

    /// The real gdown to its end.
    func gdown(_ arguments: [String], in folder: String) async throws -> Aftermath {
        let python = try HubPeer.newest.require() + "/bin/python"
        let environment = [
            "HOME": box.home, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary, "STAND_IN": at.gdrive, "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let outcome = try await RunningProcess(python, ["-c", Self.led] + arguments, environment: environment, cwd: folder).end()
        return Aftermath(outcome, in: folder)
    }

    /// Words of a line with `{Small}` for that file's id at Google Drive, and `{hub}`, `{cdn}`, `{civitai}` for addresses.
    func words(_ line: String) -> [String] {
        var line = line
        for name in ["Small", "Large", "Old", "SignIn", "Quota", "Keyed", "Document"] {
            line = line.replacingOccurrences(of: "{\(name)}", with: hub.driveFile(name)?.id ?? name)
        }
        for name in ["Folder", "Inner", "Empty"] { line = line.replacingOccurrences(of: "{\(name)}", with: hub.driveFolder(name)) }
        for (name, address) in [("hub", at.hub), ("cdn", at.cdn), ("civitai", at.civitai)] {
            line = line.replacingOccurrences(of: "{\(name)}", with: address)
        }
        return line.split(separator: " ").map(String.init)
    }
}
