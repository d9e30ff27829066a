import FetchTypes
import ModelSources
import Storage
import Transfer

/// What is at a target, by the rules of the tool that the line was written for.
struct ToolInspection {
    let planned: PlannedFile
    let compatibility: ToolCompatibilityRules

    /// - Throws: ``Failure`` with exit code 73 when what is there is in the way.
    func run() throws(Failure) -> Inspection {
        let target = planned.target
        if !compatibility.makesFolder, Disk.followedStatus(Path.parent(target)) == nil {
            throw Failure(
                .exists, "\(Path.parent(target)) does not exist.", why: "\(Path.name(target)) is to be put there.", hint: "make it.")
        }
        guard let there = Disk.followedStatus(target) else {
            if compatibility.makesFolder { try refuseFileAbove(target) }
            return .needed
        }
        guard there.kind == .file else {
            // Where the line does not name the file, wget reports a disk that cannot be written to.
            throw Failure(
                compatibility.name == nil || compatibility.knowsControlFiles ? .exists : .io,
                "\(target) is \(there.kind == .directory ? "a directory" : "no file").", why: "the file is to have that name.",
                hint: "choose another name.", code: .cannotCreate)
        }
        if compatibility.isBegun(target) { return .needed }
        switch compatibility.existing(isServed: planned.isNamedByServer) {
        case .overwrite, .renew, .number: return .needed
        case .skip: return .complete(size: there.size, sha256: nil)
        case .refuse:
            throw Failure(
                .exists, "\(target) exists already.", why: "the options of this line say that it is not to be replaced.",
                hint: "remove it, or choose another name.")
        case .carryOn(let longer): return try carryOn(there, longer)
        }
    }

    /// - Throws: ``Failure`` with exit code 73 when no folder can be made for it, because a file has the name.
    private func refuseFileAbove(_ target: String) throws(Failure) {
        var folder = Path.parent(target)
        while Disk.followedStatus(folder) == nil, folder != Path.parent(folder) { folder = Path.parent(folder) }
        guard let there = Disk.followedStatus(folder), there.kind != .directory else { return }
        throw Failure(
            .permission, "\(folder) is not a directory.", why: "\(Path.name(target)) is to be put below it.", hint: "choose another folder."
        )
    }

    private func carryOn(_ there: FileStatus, _ longer: ExistingFilePolicy.Longer) throws(Failure) -> Inspection {
        guard let size = planned.file.size else { return .needed }
        if there.size == size { return .complete(size: size, sha256: nil) }
        guard there.size > size else { return .needed }
        switch longer {
        case .overwrite, .number: return .needed
        case .skip: return .complete(size: there.size, sha256: nil)
        case .refuse:
            throw Failure(
                .exists, "\(planned.target) is longer than what is offered.", why: "\(there.size) bytes are there, \(size) are to come.",
                hint: "remove it, or choose another name.")
        }
    }
}
