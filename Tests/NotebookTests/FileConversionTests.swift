import FetchTypes
import Testing

@testable import Notebook

@Suite("A shell script or a Dockerfile")
struct FileConversionTests {
    static let forms: [(name: String, head: String, form: ConvertibleForm?)] = [
        ("a.ipynb", "{", .notebook), ("a.sh", "", .shellScript), ("A.SH", "set -e", .shellScript), ("start", "#!/bin/sh\n", .shellScript),
        ("start", "#!/usr/bin/env bash\r\n", .shellScript), ("start", "#!/usr/bin/env -S A=b zsh -e\n", .shellScript),
        ("a.sh", "#!/usr/bin/env python3\n", nil), ("start", "#!/usr/bin/python3", nil), ("start", "wget x", nil), ("start", "#!", nil),
        ("Dockerfile", "FROM a", .dockerfile), ("dockerfile", "", .dockerfile), ("Dockerfile.cuda", "", .dockerfile),
        ("Dockerfile-gpu", "", .dockerfile), ("app.dockerfile", "", .dockerfile), ("Containerfile", "", .dockerfile),
        ("Dockerfile.dockerignore", "", nil), ("dockerfile_tools.py", "", nil), ("Dockerfiles", "", nil), ("a.txt", "", nil), ("", "", nil),
    ]

    @Test("is told by its name and its first line", arguments: forms)
    func form(name: String, head: String, form: ConvertibleForm?) { #expect(ConvertibleForm(name: name, head: head.utf8) == form) }

    static let url = "https://h.example/x.bin"
    static let new = "fetchctl add https://h.example/x.bin -d . -o x --force"

    /// `§` is the old line, and in the result the new one.
    static let scripts = [
        "§\n", "§\\\n && echo\n", "§\\\n\\\n",
        "#!/bin/bash\nset -e\n\n§", "if [ ! -f x ]; then\n\t§ || exit 1\nfi\r\n", "get() {\n  § && echo done # wget -O y z\n}\n",
        "cat <<EOF\nwget -O x https://h.example/x.bin\nEOF\n§ &\n", "é=1; §; echo 'wget -O x https://h.example/x.bin'",
    ]

    @Test("changes in its download lines and in nothing else", arguments: scripts)
    func script(text: String) throws {
        try expect(text, .shellScript, old: "wget -O x \(Self.url)")
        try expect(text, .shellScript, old: "wget \\\n    -O x \\\n  \(Self.url)")
    }

    static let dockerfiles = [
        "FROM a\nRUN §\n", "from a\nrun §", "FROM a\nRUN §\\\n  || exit 1\n", "FROM a\r\nRUN §\r\nRUN §\r\n",
        "FROM a\nRUN apt-get update && \\\n    § && \\\n    rm -rf /y\n",
        "FROM a\nRUN set -e; \\\n  # wget -O x y\n\n  §; \\\n# more\n  echo\nENV A=b\n",
        "FROM a\nRUN --mount=type=cache,target=/c --network=host §\n",
        "FROM a\nRUN cd /m   \\  \n && §   \\  \n && ls", "FROM a\nONBUILD RUN §\n", "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN §\n",
        "FROM a\nSHELL [\"cmd\", \"/S\"]\nRUN echo\nFROM b\nRUN §", "FROM a\nRUN <<EOF\nset -e\n§\nEOF\nRUN §\n",
        "FROM a\nRUN <<-'E'\n\t#!/bin/sh\n\t§ # y\n\tE\n",
        "# syntax=docker/dockerfile:1\n# wget -O x https://h.example/x.bin\nFROM a\nRUN §\\\n",
        "FROM a\nRUN cat > /s.sh <<E && §\nwget -O x https://h.example/x.bin\nE\nCOPY <<E /t\nRUN wget -O x https://h.example/x.bin\nE\n",
    ]

    @Test("of a Dockerfile: its RUN instructions are read as Docker takes their lines together", arguments: dockerfiles)
    func dockerfile(text: String) throws { try expect(text, .dockerfile, old: "wget -O x \(Self.url)") }

    private func expect(_ text: String, _ form: ConvertibleForm, old: String) throws {
        let before = text.replacing("§", with: old)
        let conversion = try FileConversion(Array(before.utf8), form, name: "a")
        #expect(String(decoding: conversion.bytes, as: UTF8.self) == text.replacing("§", with: Self.new))
        #expect(conversion.converted == text.count { $0 == "§" } && conversion.left == 0 && !conversion.diff.isEmpty)
        let again = try FileConversion(conversion.bytes, form, name: "a")
        #expect(again.converted == 0 && again.bytes == conversion.bytes && again.diff.isEmpty)
    }

    static let left: [(text: String, why: String?)] = [
        ("FROM a\nRUN wget -O x \\\n# why\n https://h.example/x.bin\n", "a comment"),
        ("FROM a\nRUN [\"wget\", \"-O\", \"x\", \"https://h.example/x.bin\"]\n", "list of words"),
        ("FROM a\nRUN [\"sh\", \"-c\", \\\n \"wget -O x https://h.example/x.bin\"]", "list of words"), ("FROM a\nRUN [\"ls\"]\n", nil),
        ("FROM a\nSHELL [\"powershell\"]\nRUN wget -O x https://h.example/x.bin\n", "its shell"),
        ("FROM a\nCMD wget -O x https://h.example/x.bin && serve\n", "container starts"),
        ("# escape=`\nFROM a\nRUN wget -O x https://h.example/x.bin\n", nil),
        ("FROM a\nHEALTHCHECK CMD curl -fo x http://localhost/x\n", nil),
        ("FROM a\nRUN <<E\n#!/usr/bin/env python3\nwget -O x https://h.example/x.bin\nE\n", nil),
        ("FROM a\nADD https://h.example/x.bin /x\n", nil),
        ("FROM a\nRUN curl -s https://h.example/install.sh | sh\n", "standard output"),
        ("FROM a\nRUN wget \"https://h.example/x.bin\n", "not closed"),
        ("", nil), ("FROM", nil), ("RUN", nil), ("RUN \\", nil), ("RUN <<", nil), ("RUN <<E", nil), ("RUN [", nil), ("ONBUILD", nil),
        ("\\\n\\\n", nil),
    ]

    @Test("keeps what is not certain, byte for byte, and says why", arguments: left)
    func leave(text: String, why: String?) throws {
        let conversion = try FileConversion(Array(text.utf8), .dockerfile, name: "Dockerfile")
        #expect(conversion.bytes == Array(text.utf8) && conversion.diff.isEmpty && conversion.converted == 0)
        #expect(conversion.left == (why == nil ? 0 : 1) && why.map { conversion.findings.first?.note?.contains($0) == true } ?? true)
    }

    @Test("in another encoding keeps its bytes, and its lines that are not ASCII")
    func otherEncoding() throws {
        let line = "wget -O x \(Self.url)\n"
        let bytes =
            Array("# caf".utf8) + [0xE9, 0x0A] + Array(line.utf8) + Array("wget -O caf".utf8) + [0xE9] + Array(" \(Self.url)\n".utf8)
        let conversion = try FileConversion(bytes, .shellScript, name: "a.sh")
        let expected =
            Array("# caf".utf8) + [0xE9, 0x0A] + Array("\(Self.new)\n".utf8) + Array("wget -O caf".utf8) + [0xE9]
            + Array(" \(Self.url)\n".utf8)
        #expect(conversion.bytes == expected && conversion.converted == 1 && conversion.left == 1)
        #expect(conversion.findings.last?.note == "it is not UTF-8" && conversion.findings.map(\.line) == [2, 3])
    }

    @Test("is shown as a diff of its own lines")
    func diff() throws {
        let text = "FROM a\nRUN cd /m && \\\n    wget -O x \(Self.url)\nENV A=b\n"
        #expect(
            try FileConversion(Array(text.utf8), .dockerfile, name: "d/Dockerfile").diff == """
                --- d/Dockerfile
                +++ d/Dockerfile
                @@ -1,4 +1,4 @@
                 FROM a
                 RUN cd /m && \\
                -    wget -O x \(Self.url)
                +    \(Self.new)
                 ENV A=b

                """)
    }
}
