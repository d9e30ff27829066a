import CPlatform

extension Disk {
    /// Whether a path is on a file system of this machine alone, where locks are what they say.
    /// - Returns: false for what is not known: network and user-space file systems may ignore locks, or keep them to one machine.
    package static func isLocal(_ path: String) -> Bool { fetchctl_is_local(path) == 1 }
}
