import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Where a file's name comes from.
enum TargetName {
    /// The user's own word (`-o`), which may lead anywhere.
    case typed(String)
    /// What the tool would call it whose line is taken.
    case tool(ToolCompatibilityRules)
    /// Its path in its repo.
    case path
    /// The last part of its path.
    case name

    /// A directory, and the path below it.
    typealias Place = (directory: String, name: String)

    /// - Parameter keepsPath: whether the file keeps its path in the repo.
    init(_ request: FetchRequest, keepsPath: Bool) {
        self =
            if let out = request.out {
                .typed(out)
            } else if keepsPath {
                .path
            } else if let compatibility = request.compatibility {
                .tool(compatibility)
            } else {
                .name
            }
    }

    /// The file's place.
    /// - Parameter isTaken: whether another file of the batch has that path.
    /// - Throws: ``Failure`` when there is no name, or it cannot be used.
    func place(
        of file: SourceFile, _ request: FetchRequest, in directory: String, isTaken: @escaping (String) -> Bool
    ) throws(Failure) -> Place {
        let place: Place =
            switch self {
            case .typed(let out): try Self.typed(out, file: file, compatibility: request.compatibility, in: directory, isTaken: isTaken)
            case .tool(let compatibility):
                (directory, try Self.named(by: compatibility, file, request.reference.shown, in: directory, isTaken))
            case .path: (directory, try SafeName.path(file.path).joined(separator: "/"))
            case .name: (directory, try Self.published(file, request.reference.shown))
            }
        let led = Self.followed(place, request.compatibility)
        if let long = led.name.split(separator: "/").first(where: { $0.utf8.count > 255 }) {
            throw Failure(
                .exists, "the name \(long.prefix(40))… is longer than the 255 bytes that file systems allow.",
                hint: "give a shorter one with -o NAME.")
        }
        return led
    }

    private static func typed(
        _ out: String, file: SourceFile, compatibility: ToolCompatibilityRules?, in directory: String,
        isTaken: @escaping (String) -> Bool
    ) throws(Failure) -> Place {
        if out.hasSuffix("/") {
            // The tools whose lines we take meet the directory when they open the file.
            guard compatibility == nil else {
                throw Failure(
                    .io, "\(out) names a directory.", why: "the file is to have that name.", hint: "say how to call the file.",
                    code: .cannotCreate)
            }
            throw Failure(.usage, "--out \(out) names a directory.", hint: "use -d \(out) for the directory, and -o for a file's name.")
        }
        var directory = directory
        let path = Path.absolute(Path.join(directory, out))
        if out.hasPrefix("/") || !path.hasPrefix(directory + "/") { directory = Path.parent(path) }
        let name = String(decoding: path.utf8.dropFirst(directory == "/" ? 1 : directory.utf8.count + 1), as: UTF8.self)
        guard let compatibility else { return (directory, name) }
        let naming = ToolNaming(compatibility: compatibility, file: file, isTaken: isTaken)
        return (directory, naming.free(name, in: directory, isServed: false))
    }

    private static func named(
        by compatibility: ToolCompatibilityRules, _ file: SourceFile, _ shown: String, in directory: String,
        _ isTaken: @escaping (String) -> Bool
    ) throws(Failure) -> String {
        let naming = ToolNaming(compatibility: compatibility, file: file, isTaken: isTaken)
        guard let typed = naming.name, let safe = SafeName.file(typed) else {
            throw Failure(.exists, "\(shown) names no file.", hint: "say how to call it.")
        }
        return naming.free(safe, in: directory, isServed: naming.isServed)
    }

    private static func published(_ file: SourceFile, _ shown: String) throws(Failure) -> String {
        guard !file.path.isEmpty else {
            throw Failure(
                .usage, "\(shown) names no file.", why: "neither the server nor the link says what it is called.",
                hint: "say how to call it with -o NAME.")
        }
        guard let safe = SafeName.file(Path.name(file.path)) else { throw unusable(file.path) }
        return safe
    }

    /// Most of the tools whose lines we take write through a link.
    private static func followed(_ place: Place, _ compatibility: ToolCompatibilityRules?) -> Place {
        let path = Path.join(place.directory, place.name)
        guard compatibility?.followsLinks == true, Disk.status(path)?.kind == .link, let real = Path.real(path) else { return place }
        return (Path.parent(real), Path.name(real))
    }

    static func unusable(_ name: String) -> Failure {
        Failure(.permission, "the source's name for the file cannot be used: \(name)", hint: "say how to call it with -o NAME.")
    }
}
