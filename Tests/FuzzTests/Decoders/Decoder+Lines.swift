import DropIns
import FetchTypes

extension Decoder {
    /// Lines for the tools that are replaced: one word a line.
    static let lines: [Decoder] = DropInTool.allCases.map { tool in
        .text("line-\(tool.rawValue)", seeds(tool).map { $0.replacing(" ", with: "\n") }) { text in
            let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            _ = tool.line.isSilent(words)
            guard case .fetch(let job) = tool.line.plan(words) else { return }
            precondition((job.limitRate?.bytes ?? 1) > 0 && (0...256).contains(job.jobs ?? 1) && (0...1_000_000).contains(job.retries ?? 0))
            _ = try? job.list?.read(text)
        }
    }

    private static func seeds(_ tool: DropInTool) -> [String] {
        switch tool {
        case .aria2c:
            [
                "-x16 -s 16 -k1M -c --max-tries=5 --retry-wait 3 --connect-timeout=7 --max-download-limit=1M -d dir -o out.bin https://h.example/x",
                "-i list.txt -j8 --checksum=sha-256=aa --header=A:b",
            ]
        case .wget:
            [
                "-c -O out.bin -P dir --tries=5 --timeout=20 --limit-rate=1M --header=A:b https://h.example/x",
                "-nc -q -e robots=off -i list",
            ]
        case .curl:
            [
                "-L -C - -o out.bin --retry 5 --retry-delay 2 --connect-timeout 7 --max-time 60 --limit-rate 1M -H A:b https://h.example/x",
                "-fsSLOJ --parallel-max 5 https://h.example/{a,b}[1-3]",
            ]
        case .gdown: ["--id 1AbCdEf -O out --speed 10MB --retries 3 --timeout 20", "https://drive.google.com/drive/folders/1AbC --folder"]
        case .hf, .hubCLI:
            ["download org/name a.bin --revision main --include *.bin --local-dir d --max-workers 8 --token hf_x", "auth whoami"]
        }
    }
}
