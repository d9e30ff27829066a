import Foundation
import Testing

extension Scenario {
    /// Runs `body` with a file system of so many MiB at `disk` in the working directory, where that can be mounted.
    func withDisk(_ mebibytes: Int, _ body: (_ resize: (Int) -> Void) async throws -> Void) async throws {
        let disk = box.path("disk")
        mkdir(disk, 0o777)
        guard mount("tmpfs", disk, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            try Test.cancel("a small file system cannot be mounted: \(String(cString: strerror(errno)))")
        }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        try await body { #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=\($0)m") == 0) }
    }
}
