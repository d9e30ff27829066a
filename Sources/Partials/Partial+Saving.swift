package import Storage
internal import Synchronization

/// What a partial writes to the disk beside its bytes.
extension Partial {
    /// Takes over what aria2's control file says beyond what aria2 has told: fragments of pieces.
    package func absorbControlFile() {
        guard let control = companion.map(with: record) else { return }
        state.withLock { $0.formUnion(control) }
    }

    /// Writes data and record to the disk.
    package func save() throws(IOFault) {
        try recordWriter.save { state.withLock { ($0.recordToSave, $0.map?.presentBytes ?? 0) } }
    }

    /// Shows other processes that this one still works on it.
    /// - Throws: ``IOFault``, also where another process has taken it over.
    package func beat() throws(IOFault) {
        guard claim?.isHeld != false || isTaken else { return }
        if isAdopted.load(ordering: .acquiring) { try save() } else { try claim?.confirm() }
    }

    /// Saves all that an ended run leaves for the next one, fragments of pieces included.
    package func saveForLater() throws(IOFault) {
        state.withLock { $0.isLeft = true }
        try save()
        absorbControlFile()
        control.close()
        if let map { try companion.write(map) }
    }

    /// From here on we write aria2's control file ourselves, a byte for each piece.
    package func keepControlFile() throws(IOFault) {
        absorbControlFile()
        guard let map else { return }
        try companion.write(map, isDurable: map.presentBytes > 0 || recordWriter.namesBytes)
        try control.open(names.control)
    }

    /// Leaves a control file from which aria2 resumes with exactly what the map says.
    package func prepareForAria2() throws(IOFault) {
        guard let map else { return }
        control.close()
        try companion.prepareForAria2(map, record)
    }
}
