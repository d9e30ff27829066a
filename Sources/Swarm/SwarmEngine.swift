package import Events
package import Fleet
package import FetchTypes
import Partials
import Storage
import Synchronization
package import Transfer

/// A file's engine within a fleet: waits until the fleet has brought every segment of it.
package struct SwarmEngine: TransferEngine {
    package let name: EngineName
    private let plane: SwarmPlane
    private let member: any FleetMembership
    private let file: Int
    private let planned: PlannedFile
    private let isSmall: Bool
    private let ending: @Sendable () async -> Failure?
    private let seen = Seen()

    /// What the file was when it was last whole.
    private final class Seen: Sendable {
        let discards = Atomic(0)
    }

    /// How often something of the file had been taken back when it was last whole.
    package var discards: Int { seen.discards.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - file: its place in the manifest.
    ///   - hasAria2: whether this member exchanges segments with others.
    ///   - ending: asked once the fleet has ended: why, where that is a failure.
    package init(
        _ planned: PlannedFile, file: Int, manifest: FleetManifest, plane: SwarmPlane, member: any FleetMembership, hasAria2: Bool,
        ending: @escaping @Sendable () async -> Failure?
    ) {
        self.ending = ending
        (self.planned, self.file, self.plane, self.member) = (planned, file, plane, member)
        isSmall = manifest.segments(of: file).first?.isBundle ?? false
        // A small file comes over the coordinator's channel.
        name = hasAria2 && !isSmall ? .aria2 : .builtin
    }

    package func transfer(_ work: TransferWork) async throws {
        let partial = work.partial
        if isSmall {
            try await wait()
            let bytes = try await plane.bytes(of: file)
            try partial.keepControlFile()
            try partial.file.write(bytes)
            partial.note(written: 0..<Int64(bytes.count))
            work.meter.add(bytes.count)
            return
        }
        let present = try await plane.open(file, planned, work) { await member.checks($0) }
        if let present { await member.opened(file, present: present) }
        try await wait()
        guard partial.map?.isComplete == true else {
            throw TransferFault.protocolViolation("the fleet says that a file is whole, and it is not")
        }
    }

    private func wait() async throws {
        do {
            seen.discards.store(try await plane.wait(for: file), ordering: .relaxed)
        } catch let fault as TransferFault {
            // A fleet that refuses this member is no reason to go on without it.
            if let failure = await ending() { throw failure }
            throw fault
        }
    }
}
