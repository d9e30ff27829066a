import Foundation
import PracticeHub
import Testing

@Suite("A converted notebook")
struct NotebookConvertTests {
    /// Lines as set-up cells have them, one of each shape; `$HUB` and the like are the practice hub's addresses, and `@HUB@` is
    /// written out, so that the link is known when the line is converted.
    private static let cell = #"""
        %%bash
        cd "$ROOT"
        aria2c --console-log-level=error -c -x 16 -s 16 -k 1M $HUB/practice/tiny/resolve/main/config.json -d $ROOT/models -o a.json
        aria2c --console-log-level=warn -c -x16 -s16 -k1M -d / -o "$ROOT/models/b c.safetensors" "$CIVITAI/api/download/models/12345?type=Model&format=SafeTensor"  # named
        aria2c -q -c --header="Authorization: Bearer $HF_TOKEN" "$HUB/practice/private/resolve/main/README.md" \
          -d models -o private.md
        printf '%s\n  out=listed.md\n  dir=extra\n' $HUB/practice/tiny/resolve/main/README.md > list.txt
        aria2c -c -i list.txt
        for foreign in config.json app.py drive.bin; do printf foreign > $foreign; done
        for name in config tokenizer; do wget -q -O "$name.json" "$HUB/practice/tiny/resolve/main/$name.json"; done
        wget -c -q $HUB/practice/tiny/resolve/main/sub/dir/file.txt -P extra/
        wget -q --content-disposition -P civitai $CIVITAI/api/download/models/12345
        wget -q $CIVITAI/api/download/models/12346
        curl -sLo app.py $HUB/spaces/practice/space/resolve/main/app.py
        curl -fsSL --create-dirs -H "Authorization: Bearer $HF_TOKEN" -o new/p.md $HUB/practice/private/resolve/main/README.md
        gdown --fuzzy -O drive.bin "https://drive.google.com/file/d/$SMALL/view?usp=sharing"
        gdown --id $SMALL -q
        huggingface-cli download practice/tiny --local-dir repo --local-dir-use-symlinks False --include "*.json" "*.md" --quiet > /dev/null
        hf download practice/data data/index.json --repo-type dataset --local-dir data > /dev/null
        wget -q -O nope.bin $HUB/practice/tiny/resolve/main/nope.bin || rm -f nope.bin
        mkdir -p lit there
        for foreign in config.json x.json y.json z.json; do printf foreign > there/$foreign; done
        wget -q -O lit/a.json @HUB@/practice/tiny/resolve/main/config.json
        (cd lit && curl -sLO @HUB@/practice/tiny/resolve/main/tokenizer.json)
        wget -q -nc -P there @HUB@/practice/tiny/resolve/main/config.json
        wget -q -O there/x.json @HUB@/practice/tiny/resolve/main/config.json
        wget -q -c -O there/y.json @HUB@/practice/tiny/resolve/main/config.json || true
        wget -q -nc -O there/z.json @HUB@/practice/tiny/resolve/main/config.json || true
        wget -q -P there @HUB@/practice/tiny/resolve/main/config.json
        aria2c -q @HUB@/practice/tiny/resolve/main/config.json -d there -o x.json
        base=$HUB/practice/tiny/resolve/main/ name=tokenizer.json; (cd lit && wget -q ${base}${name})
        link=$HUB/practice/tiny/resolve/main/sub/dir/file.txt; (cd lit && curl -sLO $link)
        drive="https://drive.google.com/uc?id=$SMALL"; gdown -q -O lit/by-link.bin "$drive"
        bash <<EOF
          wget -q -O lit/inner.json $HUB/practice/tiny/resolve/main/config.json
        EOF
        """#

    private func notebook(_ cells: [String]) throws -> Data {
        let nodes = cells.map { cell -> [String: Any] in
            let lines = cell.split(separator: "\n", omittingEmptySubsequences: false)
            let source = lines.enumerated().map { $0.offset < lines.count - 1 ? $0.element + "\n" : String($0.element) }
            return ["cell_type": "code", "metadata": [String: Any](), "outputs": [Any](), "source": source]
        }
        let metadata = ["language_info": ["name": "python"]]
        return try JSONSerialization.data(withJSONObject: ["cells": nodes, "metadata": metadata, "nbformat": 4], options: [.prettyPrinted])
    }

    private func cells(_ data: Data) throws -> [String] {
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cells = try #require(root["cells"] as? [[String: Any]])
        return cells.map { ($0["source"] as? [String])?.joined() ?? "" }
    }

    /// The files that a cell leaves, without what tools keep for themselves.
    private func files(_ cell: String, _ folder: String, _ scenario: Scenario, path: String) async throws -> [String: Data] {
        let root = try scenario.folder(folder)
        var environment = scenario.environment
        environment["PATH"] = path + ":/usr/bin:/bin"
        environment["ROOT"] = root
        environment["HUB"] = scenario.at.hub
        environment["CIVITAI"] = scenario.at.civitai
        environment["HF_TOKEN"] = "practice-hf-token"
        environment["CIVITAI_API_TOKEN"] = "practice-civitai-token"
        environment["SMALL"] = scenario.hub.driveFile("Small")?.id
        let script = cell.split(separator: "\n").dropFirst().joined(separator: "\n")
        let outcome = try await RunningProcess("/bin/bash", ["-c", "set -e\n" + script], environment: environment, cwd: root).end()
        #expect(outcome.code == 0, "\(folder): \(outcome.story)")
        return Aftermath(outcome, in: root).files.filter { !$0.key.contains(".fetchctl/") && !$0.key.contains(".cache/") }
    }

    @Test("leaves the files that its old lines leave, under the same names")
    func same() async throws {
        try await withScenario(.builtin) { scenario in
            let (shims, bin) = ("\(scenario.box.root)/shims", "\(scenario.box.root)/bin")
            #expect(try await scenario.run(["shims", shims]).code == 0)
            try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: "\(bin)/fetchctl", withDestinationPath: Fetchctl.binary)

            let cell = Self.cell.replacing("@HUB@", with: scenario.at.hub)
            try scenario.box.write(try notebook([cell]), to: "setup.ipynb")
            let outcome = try await scenario.run(["notebook", "convert", "setup.ipynb", "--write"])
            #expect(outcome.code == 0, "\(outcome.story)")
            let data = try #require(scenario.box.data("setup.ipynb"))
            let new = try cells(data)[0]
            let left = new.split(separator: "\n").filter { line in
                ["aria2c ", "wget ", "curl ", "gdown ", "hf ", "huggingface-cli "].contains { line.drop { $0 == " " }.hasPrefix($0) }
            }
            #expect(new.contains("fetchctl add \(scenario.at.hub)/") && new.contains("fetchctl wget -q ${base}${name}"))
            #expect(left.isEmpty, "\(left)\n\(outcome.stderr)")

            let expected = try await files(cell, "old", scenario, path: shims)
            let found = try await files(new, "new", scenario, path: bin)
            #expect(expected.count > 15)
            #expect(Set(found.keys) == Set(expected.keys))
            #expect(found.keys.filter { found[$0] != expected[$0] }.isEmpty)
        }
    }

    @Test("is written only when that is asked for, whole, with its permissions, through a link; a second time nothing changes")
    func write() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let before = try notebook(["!wget -O x \(scenario.at.cdn)/x.bin", "print('é')"])
            let path = try scenario.box.write(before, to: "real.ipynb")
            try FileManager.default.createSymbolicLink(atPath: scenario.box.path("link.ipynb"), withDestinationPath: "real.ipynb")
            try #require(chmod(path, 0o640) == 0)

            let shown = try await scenario.run(["notebook", "convert", "link.ipynb"])
            #expect(shown.code == 0 && shown.stdout.contains("\n-!wget -O x ") && shown.stdout.contains("\n+!fetchctl add "))
            #expect(shown.stderr.contains("Nothing was written") && scenario.box.data("real.ipynb") == before)

            let written = try await scenario.run(["notebook", "convert", "link.ipynb", "--write", "--json"])
            let events = try written.events()
            #expect(events.map(\.name) == ["converted", "summary"])
            #expect(events[0]["cell"]?.int == 1 && events[0]["line"]?.int == 1)
            #expect(events[0]["replacement"]?.string == "fetchctl add \(scenario.at.cdn)/x.bin -d . -o x --force")
            #expect(events[1]["converted"]?.int == 1 && events[1]["left"]?.int == 0)
            #expect(try scenario.box.mode("real.ipynb") == 0o640)
            #expect(try scenario.box.status("link.ipynb").st_mode & S_IFMT == S_IFLNK)
            let after = try #require(scenario.box.data("real.ipynb"))
            #expect(try cells(after)[0] == "!fetchctl add \(scenario.at.cdn)/x.bin -d . -o x --force")

            #expect(try await scenario.run(["notebook", "convert", "real.ipynb", "--write"]).code == 0)
            #expect(scenario.box.data("real.ipynb") == after)
            #expect(scenario.box.files == ["link.ipynb", "real.ipynb"])
        }
    }

    @Test("was one: another file is refused", arguments: [("{}", 65 as Int32), ("<html>", 65), (nil, 66)])
    func refuse(text: String?, code: Int32) async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            if let text { try scenario.box.write(text, to: "a.ipynb") }
            let outcome = try await scenario.run(["notebook", "convert", "a.ipynb", "--write"])
            outcome.expectFailure(code)
            #expect(text.map { scenario.box.data("a.ipynb") == Data($0.utf8) } ?? true)
        }
    }

    @Test("and scripts and Dockerfiles, and folders of them, are converted in one go, with one summary")
    func many() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let line = "wget -O x \(scenario.at.cdn)/x.bin"
            let new = "fetchctl add \(scenario.at.cdn)/x.bin -d . -o x --force"
            let files = [
                "work/a.ipynb": String(decoding: try notebook(["!" + line]), as: UTF8.self), "work/b/start.sh": "set -e\n\(line)\n",
                "work/b/entrypoint": "#!/bin/sh\n\(line)\nexec \"$@\"\n", "work/b/Dockerfile.gpu": "FROM a\nRUN cd /m && \\\n  \(line)\n",
                "work/b/README.md": line, "work/.git/hook.sh": line, "work/b/run.py": "#!/usr/bin/python3\n\(line)\n", "extra.sh": "ls\n",
            ]
            for (path, text) in files { try scenario.box.write(text, to: path) }
            try scenario.box.write(Data([0x7F, 0x45, 0x4C, 0x46]), to: "work/program")
            let converted = ["work/a.ipynb", "work/b/start.sh", "work/b/entrypoint", "work/b/Dockerfile.gpu"]

            let shown = try await scenario.run(["convert", "work", "extra.sh"])
            #expect(shown.code == 0 && shown.stderr.contains("5 files: 4 lines to convert, 0 left; 4 files would change."))
            #expect(shown.stdout.contains("--- work/b/Dockerfile.gpu\n") && shown.stdout.contains("--- work/a.ipynb (cell 1)\n"))
            for (path, text) in files { #expect(scenario.box.data(path) == Data(text.utf8)) }

            // What is none of these is named, and ends with its code; the others are done all the same.
            let written = try await scenario.run(["convert", "--write", "--json", "nope.sh", "work/b/README.md", "work", "work/a.ipynb"])
            let events = try written.events()
            #expect(
                written.code == 66 && events.map(\.name) == ["failed", "failed"] + Array(repeating: "converted", count: 4) + ["summary"])
            #expect(events[1]["code"]?.int == 65 && events[1]["ref"]?.string == "work/b/README.md")
            #expect(events[6]["files"]?.int == 4 && events[6]["changed"]?.int == 4 && events[6]["code"]?.int == 66)
            for path in converted.dropFirst() {
                #expect(scenario.box.data(path) == Data(files[path]!.replacing(line, with: new).utf8), "\(path)")
            }
            #expect(try cells(#require(scenario.box.data("work/a.ipynb"))) == ["!" + new])
            for path in files.keys where !converted.contains(path) { #expect(scenario.box.data(path) == Data(files[path]!.utf8)) }

            #expect(try await scenario.run(["notebook", "convert", "work/b/README.md"]).code == 65)
            #expect(try await scenario.run(["convert", "work/.git/hook.sh"]).stderr.contains("1 line to convert, 0 left."))
            try FileManager.default.createDirectory(atPath: scenario.box.path("empty"), withIntermediateDirectories: true)
            #expect(try await scenario.run(["convert", "empty"]).code == 66)
        }
    }
}
