import Storage

/// Where a target's partial and its companions stand: beside it, under public names.
package struct PartialNames: Sendable, Equatable {
    /// The bytes: `NAME.fetchctl-part`.
    package let data: String
    /// aria2's control file: `NAME.fetchctl-part.aria2`.
    package let control: String
    /// What aria2 writes before it becomes the control file; stays when aria2 is killed just then.
    package let controlDraft: String
    /// Our record of what the bytes are: `NAME.fetchctl-part.json`.
    package let record: String
    /// Which process works on it: `NAME.fetchctl-part.claim`. See ``PartialClaim``.
    package let claim: String
    /// A folder of links to the bytes, which belongs to the process that shares them: `NAME.fetchctl-part.fleet`.
    package let fleet: String

    /// - Parameter target: the final path.
    package init(target: String) {
        var name = Path.name(target)
        // The longest of the names made from this one.
        if name.utf8.count + ".fetchctl-part.aria2__temp".utf8.count > 255 {
            name = HashedName.of(name)
        }
        self.init(checked: Path.join(Path.parent(target), name + Self.ending))
    }

    /// - Parameter data: the path of the bytes.
    /// - Returns: nil where that is no partial's name.
    package init?(data: String) {
        guard data.hasSuffix(Self.ending), !Path.name(data).hasPrefix(Self.ending) else { return nil }
        self.init(checked: data)
    }

    private static let ending = ".fetchctl-part"

    private init(checked data: String) {
        self.data = data
        control = data + ".aria2"
        controlDraft = control + "__temp"
        record = data + ".json"
        claim = data + ".claim"
        fleet = data + ".fleet"
    }
}
