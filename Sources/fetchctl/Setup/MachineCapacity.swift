import Aria2
import FetchTypes
import ModelSources
import Storage

/// How much of a model this machine can take: free disk where files go, and the GPUs' memory.
struct MachineCapacity: Sendable {
    /// Bytes free for this user; nil when that is not known.
    var disk: Int64?
    /// Bytes of all GPUs together, as llama.cpp and Ollama spread a model over them; nil where `nvidia-smi` does not answer.
    var gpu: Int64?

    /// - Parameter directory: where files go.
    static func measure(_ directory: String, _ environment: [String: String]) async -> MachineCapacity {
        let answer = await ProgramOutput.of(
            named: "nvidia-smi", ["--query-gpu=memory.total", "--format=csv,noheader,nounits"], environment: environment,
            timeout: .seconds(2))
        let gpu: Int64? = if case .text(let text) = answer { memory(text) } else { nil }
        return MachineCapacity(disk: Disk.space(for: directory)?.free, gpu: gpu)
    }

    /// The bytes in `nvidia-smi`'s answer, a number of MiB a line.
    static func memory(_ text: String) -> Int64? {
        let cards = text.split(whereSeparator: \.isNewline).compactMap { line in
            ByteCount(decimal: line.filter { !$0.isWhitespace }).flatMap { ByteCount(exactly: Double($0.bytes) * 1_048_576) }
        }
        return cards.isEmpty ? nil : cards.total.bytes
    }

    func fitsDisk(_ quantisation: Quantisation) -> Bool? { fits(quantisation, disk) }
    func fitsGPU(_ quantisation: Quantisation) -> Bool? { fits(quantisation, gpu) }

    private func fits(_ quantisation: Quantisation, _ room: Int64?) -> Bool? {
        // Of one whose files are not all there nobody knows how large it is.
        guard !quantisation.isIncomplete, let size = quantisation.size, let room else { return nil }
        return size <= room
    }

    /// The quantisations of a repo as `info --json` lists them.
    func fact(_ quantisations: [Quantisation]) -> Fact {
        func flag(_ answer: Bool?) -> Fact.Value { answer.map(Fact.Value.flag) ?? .unknown }
        return Fact(
            "quantisations",
            .table(
                quantisations.map { one in
                    [
                        Fact("name", .text(one.name)), Fact("files", .number(Int64(one.paths.count))),
                        Fact("size", one.size.map(Fact.Value.number) ?? .unknown), Fact("fits_disk", flag(fitsDisk(one))),
                        Fact("fits_gpu", flag(fitsGPU(one))),
                        Fact("complete", .flag(!one.isIncomplete)), Fact("files_expected", .number(Int64(one.count))),
                        Fact("paths", .list(one.paths)),
                    ]
                }))
    }
}
