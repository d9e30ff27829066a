import FetchTypes
package import Partials
import Storage

/// Brings a file to where its layout has it looked for: once its bytes have their final name, or were found to have it.
package struct FilePlacer {
    let placement: PlacementPlan

    package init(_ placement: PlacementPlan) { self.placement = placement }

    /// The bytes are whole and verified: they get their final name, and whatever the layout wants besides.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func place(_ partial: Partial) async throws {
        try await FileCopy.move(partial.names.data, to: placement.payload)
        Disk.synchronizeDirectory(Path.parent(placement.payload))
        try await settle(isNew: true)
    }

    /// The bytes were there already: makes what of the layout is missing.
    package func confirm() async throws { try await settle(isNew: false) }

    private func settle(isNew: Bool) async throws {
        switch placement.form {
        case .plain: break
        case .cache(let entry): try await Disk.whileVanishing { try await point(entry, isNew: isNew) }
        case .local(let entry): try await Disk.whileVanishing { try describe(entry) }
        }
    }

    func makeFolders() throws(IOFault) {
        for folder in placement.folders { try Disk.makeDirectories(folder) }
        for strange in placement.strange { try Disk.makeDirectories(below: strange.root, strange.names) }
    }
}
