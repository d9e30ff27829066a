import FetchTypes

@testable import Notebook
import JSONText

extension Decoder {
    /// Notebooks, and the languages in their cells.
    static let notebooks: [Decoder] = [
        Decoder("notebook", [notebook(cells), notebook(["!wget -O x https://h.example/x\n"])]) { bytes in
            guard let conversion = try? FileConversion(bytes, .notebook, name: "a.ipynb") else { return }
            precondition((try? NotebookFile(conversion.bytes, name: "a.ipynb")) != nil)
        },
        .text("cell", cells) { text in
            let bytes = Array(notebook([text]).utf8)
            guard let conversion = try? FileConversion(bytes, .notebook, name: "a.ipynb") else { return }
            precondition((try? NotebookFile(conversion.bytes, name: "a.ipynb")) != nil)
        },
        Decoder("script", bytes: scripts.map { Array($0.utf8) } + [[0x23, 0x21, 0x2F, 0x62, 0x69, 0x6E, 0x2F, 0x73, 0x68, 0x0A, 0xE9]]) {
            _ = try? FileConversion($0, .shellScript, name: "a.sh")
        },
        Decoder("dockerfile", scripts.map { "FROM a\nRUN --network=host \($0.replacing("\n", with: " \\\n  "))\nCOPY a b\n" }) {
            _ = try? FileConversion($0, .dockerfile, name: "Dockerfile")
        },
        .text("mask", ["curl -H 'Authorization: Bearer hf_abcdefghijklmnopqrstuvwxyz' -u bob:pw https://u:p@h/?token=x"]) {
            _ = SecretMask.masked($0)
        },
    ]

    private static let scripts = [
        "wget -O x https://h.example/x.bin\\\n || exit 1\n",
        "set -e; if [ ! -f x ]; then wget -O 'x y' https://h.example/x.bin || exit 1; fi\nfor i in {1..3} a,b; do curl -LO \"$URL/${i}\"; done &\n",
        "bash <<-EOF\n\taria2c -c -x16 $(cat l) `date` > log 2>&1 # c\n\tEOF\nsudo apt install aria2 && time -p gdown $ID\n",
    ]

    private static let cells = [
        "%time !wget -O x https://h.example/x.bin\ntry:\n  run(cmd)\nexcept OSError: pass\ncmd = ['wget', '-c', u] ; x = %sx curl -O u\n",
        "!wget -q -O 'a b.bin' https://h.example/x?y && aria2c -x16 \"$URL\" -d {base} # c\n%cd /content\n",
        "%%bash\nfor i in 1 2; do\n  curl -LO https://h.example/$i \\\n    --retry 5; done <<EOF\nx\nEOF\n",
        "import gdown\np = gdown.download(id='1Ab', output=f\"{d}/x\", quiet=False)\n",
        "from huggingface_hub import hf_hub_download as dl\nx = hf_hub_download(repo_id=\"o/n\", filename='a', local_dir=r'd')  # c\n",
        "import subprocess, os\nsubprocess.run([\"wget\", \"-c\", url], check=True)\nos.system('''aria2c -c https://h.example/x''')\n",
        "if True:\n\tsnapshot_download('o/n', allow_patterns=[\"*.bin\"], **kw)\nelse: pass\n",
    ]

    private static func notebook(_ cells: [String]) -> String {
        let nodes = cells.map { text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let parts = lines.enumerated().map { $0.offset < lines.count - 1 ? $0.element + "\n" : $0.element }.filter { !$0.isEmpty }
            let source = parts.map { "\"\($0.jsonContent())\"" }.joined(separator: ",\n    ")
            return "{\n   \"cell_type\": \"code\",\n   \"metadata\": {},\n   \"outputs\": [],\n   \"source\": [\n    \(source)\n   ]\n  }"
        }
        return
            "{\n \"cells\": [\n  \(nodes.joined(separator: ",\n  "))\n ],\n \"metadata\": {\"kernelspec\": {\"language\": \"python\"}},\n \"nbformat\": 4\n}\n"
    }
}
