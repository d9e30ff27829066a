import CPlatform

extension OpenFile {
    /// Makes this file share the blocks of another one's whole content (FICLONE, ioctl_ficlonerange(2)); what either is given
    /// later does not show in the other.
    /// - Returns: false where the file system has no such thing, or the two are on different ones.
    package func clone(_ other: OpenFile) -> Bool { fetchctl_clone(descriptor, other.descriptor) == 0 }
}
