import Storage

extension FilePlacer {
    /// Writes what `huggingface_hub` notes about a file.
    func describe(_ entry: HubLocalEntry) throws(IOFault) {
        guard let status = Disk.followedStatus(entry.file) else { return }
        if let known = HubLocalMetadata(reading: entry.metadata), known.commit == entry.commit, known.etag == entry.etag,
            known.describes(status)
        {
            return
        }
        try makeFolders()
        // After the file, because metadata that is older than its file is ignored.
        let time = max(ThisProcess.now, Double(status.modified) / 1e9)
        try Disk.replace(entry.metadata, with: Array(HubLocalMetadata(commit: entry.commit, etag: entry.etag, time: time).text.utf8))
    }
}
