import Foundation
import Storage
import TestSupport
import Testing

@Suite("A task's own folder and umask") struct SurroundingsTests {
    private static func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("Many tasks at once each get their own modes and folders, and the process keeps its own")
    func atOnce() async throws {
        let scratch = try Scratch()
        let before = FolderAndUmask.processMask
        let masks: [UInt32] = [0o000, 0o002, 0o022, 0o027, 0o077]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                let mask = masks[index % masks.count]
                let folder = scratch("\(index)")
                group.addTask(executorPreference: index % 2 == 0 ? BlockingExecutor.forTasks : nil) {
                    try await FolderAndUmask.$current.withValue(FolderAndUmask(folder: folder, mask: mask)) {
                        try Disk.makeDirectories(folder + "/a/b")
                        #expect(try Self.mode(folder + "/a/b") == Int(0o777 & ~mask))
                        #expect(Path.currentDirectory == folder)
                        #expect(Path.absolute("x") == folder + "/x")
                        try Disk.replace(folder + "/file", with: Array("\(index)".utf8))
                        try await Task.sleep(for: .milliseconds(1))
                        try await BlockingExecutor.run { _ = try OpenFile(folder + "/other", .create) }
                        #expect(try Self.mode(folder + "/file") == Int(0o666 & ~mask))
                        #expect(try Self.mode(folder + "/other") == Int(0o666 & ~mask))
                        #expect(Disk.contents("file").map { String(decoding: $0, as: UTF8.self) } == "\(index)")
                        #expect(Disk.status("a")?.kind == .directory)
                        #expect(Path.real("a/../file") == Path.real(folder + "/file"))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(FolderAndUmask.processMask == before)
        #expect(FolderAndUmask.current == nil)
    }
}
