extension PartialRecord {
    /// Why data of this record is of no use for what the source offers now; nil when it is of use.
    func obstacleToReuse(for wanted: PartialRecord, hashDecides: Bool) -> String? {
        if identity != wanted.identity { return "it is the beginning of something else (\(reference))" }
        if let size = wanted.size, let was = self.size, size != was { return "the source now offers \(size) bytes, not \(was)" }
        if let digest = wanted.digest, let was = self.digest, digest != was { return "the source now publishes another checksum" }
        if !hashDecides, wanted.validators.difference(from: validators) != nil { return "the source now offers another version" }
        return nil
    }
}
