import PracticeHub
import Foundation
import Testing

extension Scenario {
    /// Tests/Peers: what leads gdown's own requests to the practice hub.
    private static let peers = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst() + "/Peers"

    /// The real gdown to its end.
    func gdown(_ arguments: [String], in folder: String) async throws -> Aftermath {
        let python = try HubPeer.newest.require() + "/bin/python"
        let environment = [
            "HOME": box.home, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary, "STAND_IN": at.gdrive, "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": String(Self.peers),
        ]
        let program = ["-c", "import google_stand_in; from gdown.__main__ import main; main()"]
        let outcome = try await RunningProcess(python, program + arguments, environment: environment, cwd: folder).end()
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
