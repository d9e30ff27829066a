import FetchTypes
import Notebook
import Storage

/// Finds and reads what `fetchctl convert` is given.
enum ConvertibleFiles {
    private static let largest = 1 << 30

    /// - Returns: the file itself, or what a folder holds, in order.
    /// - Throws: ``Failure`` with exit code 66 when nothing is there.
    static func find(_ item: String) throws(Failure) -> [String] {
        guard let status = Disk.followedStatus(item), [.file, .directory].contains(status.kind) else {
            throw Failure(
                .notFound, "\(item) is not a file.", why: "there is nothing of that name, or it is a device or the like.",
                hint: "check its name.")
        }
        guard status.kind == .directory else { return [item] }
        var found: [String] = []
        FolderWalk.files(below: item, isWanted: { !Path.name($0).hasPrefix(".") && Path.name($0) != "node_modules" }) { path, status in
            guard status.kind == .file, form(path) != nil else { return }
            found.append(path)
        }
        guard !found.isEmpty else {
            throw Failure(
                .notFound, "\(item) holds no notebook, shell script or Dockerfile.",
                why: "hidden folders are left out, and symbolic links are not followed.", hint: "name the files themselves.")
        }
        return found
    }

    /// - Throws: ``Failure`` with exit code 65 when it is neither notebook, shell script nor Dockerfile.
    static func read(_ path: String) throws(Failure) -> (bytes: [UInt8], form: ConvertibleForm) {
        guard let bytes = Disk.contents(path, limit: largest) else {
            throw Failure(
                .permission, "\(path) cannot be read.", why: "this user may not read it, or it is larger than 1 GiB.",
                hint: "check its permissions.")
        }
        if let form = ConvertibleForm(name: Path.name(path), head: bytes.prefix(ConvertibleForm.headLength)) { return (bytes, form) }
        // Whatever its name: only notebooks are JSON.
        if bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") { return (bytes, .notebook) }
        throw Failure(
            .notAModel, "\(path) is not a notebook, shell script or Dockerfile.", why: "neither its name nor its first line says so.",
            hint: "these are taken: *.ipynb, *.sh, Dockerfile*, *.dockerfile, and scripts that begin with #! and a shell.")
    }

    /// What a file in a folder is. Only files whose names have no ending are looked into.
    private static func form(_ path: String) -> ConvertibleForm? {
        let name = Path.name(path)
        let isNamed = ConvertibleForm(name: name, head: []) != nil
        guard isNamed || !name.contains("."), let file = try? OpenFile(path, .followed) else { return nil }
        var head = [UInt8](repeating: 0, count: ConvertibleForm.headLength)
        guard let count = try? head.withUnsafeMutableBytes({ try file.read(into: $0, at: 0) }) else { return nil }
        return ConvertibleForm(name: name, head: head[..<count])
    }
}
