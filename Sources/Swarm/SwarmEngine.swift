package import Events
package import Fleet
package import FetchTypes
import Partials
import Storage
import Synchronization
package import Transfer

/// The transfer engine of a file in a fleet: waits until the fleet has transferred all its segments.
package struct SwarmEngine: TransferEngine {
    package let name: EngineName
    private let plane: SwarmPlane
    private let member: any FleetMembership
    private let file: Int
    private let planned: PlannedFile
    private let isSmall: Bool
    private let ending: @Sendable () async -> Failure?
    private let seen = Seen()

    /// The state of the file when it was last complete.
    private final class Seen: Sendable {
        let discards = Atomic(0)
    }

    /// How often segments of the file had been discarded when it was last complete.
    package var discards: Int { seen.discards.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - file: its index in the manifest.
    ///   - hasAria2: whether this member exchanges segments with others.
    ///   - ending: gives the failure with which the fleet ended, where it is one.
    package init(
        _ planned: PlannedFile, file: Int, manifest: FleetManifest, plane: SwarmPlane, member: any FleetMembership, hasAria2: Bool,
        ending: @escaping @Sendable () async -> Failure?
    ) {
        self.ending = ending
        (self.planned, self.file, self.plane, self.member) = (planned, file, plane, member)
        isSmall = manifest.segments(of: file).first?.isBundle ?? false
        // Small files are transferred over HTTP, without aria2c.
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
            throw TransferFault.protocolViolation("the fleet reports a complete file, but segments of it are missing")
        }
    }

    private func wait() async throws {
        do {
            seen.discards.store(try await plane.wait(for: file), ordering: .relaxed)
        } catch let fault as TransferFault {
            // A fleet that refuses this member must not be bypassed.
            if let failure = await ending() { throw failure }
            // The fleet has said why this node goes on alone, once for all files.
            if case .engineLost = fault { throw TransferFault.engineLeft }
            throw fault
        }
    }
}
