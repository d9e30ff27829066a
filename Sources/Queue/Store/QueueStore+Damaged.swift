import FetchTypes
import Storage

/// A job's record that could not be read and was set aside.
package struct DamagedRecord: Sendable, Equatable {
    package let number: JobNumber
    /// Absolute.
    package let path: String
    /// Whether a command has said so already.
    package let isTold: Bool

    /// The record and the mark that it was told of.
    package var files: [String] { isTold ? [path, path + Self.mark] : [path] }

    fileprivate static let mark = ".told"
}

extension QueueStore {
    /// The records that were set aside and are still there, oldest first.
    package func damagedRecords() -> [DamagedRecord] {
        let names = Set(Disk.names(in: folder.damaged))
        return names.compactMap { name -> (time: Int64, record: DamagedRecord)? in
            let parts = name.split(separator: ".")
            guard parts.count == 3, let number = JobNumber(parts[0]), let time = Int64(digits: parts[1]) else { return nil }
            let record = DamagedRecord(
                number: number, path: "\(folder.damaged)/\(name)", isTold: names.contains(name + DamagedRecord.mark))
            return (time, record)
        }
        .sorted { ($0.time, $0.record.number) < ($1.time, $1.record.number) }.map(\.record)
    }

    /// Notes that a person was told of them, so that later commands do not repeat it. Where nothing can be written they do.
    package func markTold(_ problems: [QueueProblem]) {
        for case .damaged(_, let path?) in problems { _ = try? OpenFile(path + DamagedRecord.mark, .create) }
    }

    /// Records in the queue that this program does not use, without setting any aside.
    package func unusedRecords() -> (damaged: [JobNumber], newer: [JobNumber]) {
        var (damaged, newer): ([JobNumber], [JobNumber]) = ([], [])
        for number in LiveNames(folder.live).records.sorted() {
            switch facts(number) {
            case .damaged: damaged.append(number)
            case .newer: newer.append(number)
            case .record, nil: break
            }
        }
        return (damaged, newer)
    }
}
