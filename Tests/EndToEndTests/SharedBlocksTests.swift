import Foundation
import PracticeHub
import Testing

/// On file systems that can share blocks between files, each in an image that is mounted for one test alone.
@Suite("A copy on a file system that shares blocks")
struct SharedBlocksTests {
    /// A file system, and how one is made in an image.
    struct Disk: Sendable, CustomTestStringConvertible {
        let name: String
        let make: String
        var testDescription: String { name }

        var isAvailable: Bool {
            guard geteuid() == 0, access("/dev/loop-control", R_OK) == 0,
                let known = try? String(contentsOfFile: "/proc/filesystems", encoding: .utf8)
            else { return false }
            return known.split(whereSeparator: \.isWhitespace).contains(name[...])
                && ["/sbin", "/usr/sbin"].contains { access("\($0)/mkfs.\(name)", X_OK) == 0 }
        }
    }

    private static let disks = [Disk(name: "xfs", make: "mkfs.xfs -q -m reflink=1"), Disk(name: "btrfs", make: "mkfs.btrfs -q")]
    private static let file = "practice-model-v09.safetensors"

    /// Runs a script of lines with an image mounted at `disk`, in a mount namespace that ends with it.
    private func run(_ lines: [String], on disk: Disk, in scenario: Scenario) async throws -> Outcome {
        let script = ["set -e", "truncate -s 400M image", "\(disk.make) image", "mkdir disk", "mount -o loop image disk"] + lines
        var environment = scenario.environment
        environment["PATH", default: "/usr/bin:/bin"] += ":/sbin:/usr/sbin"
        return try await RunningProcess(
            "/usr/bin/unshare", ["--mount", "/bin/sh", "-c", script.joined(separator: "\n")], environment: environment,
            cwd: scenario.box.work
        ).end()
    }

    @Test(
        "takes no room: --dedupe and link say so and share every block, and what is written to one does not show in the other",
        .enabled("no file system of this kind can be mounted here") { disks.contains(where: \.isAvailable) },
        arguments: disks.filter(\.isAvailable))
    func cloned(disk: Disk) async throws {
        try await withScenario(.builtin) { scenario in
            let fetchctl = "\"\(Fetchctl.binary)\""
            let outcome = try await run(
                [
                    "\(fetchctl) add civitai:12344 -d disk/first >&2",
                    "FETCHCTL_DEDUPE_FOLDERS=disk/first \(fetchctl) add civitai:12344 --dedupe -d disk/second --json",
                    "\(fetchctl) link disk/first/\(Self.file) --layout comfyui --type checkpoint -d disk/comfy --json",
                    "sync", "filefrag -v disk/second/\(Self.file) | sed 's/^/second: /'",
                    "filefrag -v disk/comfy/models/checkpoints/\(Self.file) | sed 's/^/comfy: /'",
                    "cmp disk/first/\(Self.file) disk/second/\(Self.file)",
                    "printf '\\377\\377' | dd of=disk/second/\(Self.file) conv=notrunc status=none",
                    "cmp -s disk/first/\(Self.file) disk/second/\(Self.file) || echo differ",
                    "cmp disk/first/\(Self.file) disk/comfy/models/checkpoints/\(Self.file)",
                ], on: disk, in: scenario)
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(outcome.stdout.contains("\"engine\":\"local\"") && outcome.stdout.contains("\"reflink\""), "\(outcome.story)")
            for name in ["second", "comfy"] {
                // One line an extent, after three of heading; the last one counts them.
                let extents = outcome.lines.filter { $0.hasPrefix("\(name): ") && $0.contains("..") }
                #expect(!extents.isEmpty && extents.allSatisfy { $0.contains("shared") }, "\(outcome.story)")
            }
            #expect(outcome.lines.contains("differ"))
            let size = try #require(await scenario.hub.civitaiFile(12344)?.size)
            #expect(await scenario.bytesServed() < 2 * size, "fetched twice")
        }
    }
}
