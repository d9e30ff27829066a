import ArgumentParser
import FetchTypes
import Notebook
import Storage

/// `fetchctl convert`, and `fetchctl notebook convert`, which is the same.
struct ConvertCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Rewrite the aria2c, wget, curl, gdown and hf lines of notebooks, shell scripts and Dockerfiles.",
        discussion: """
            Examples:
              fetchctl convert setup.ipynb                      (shows what would change, as a diff)
              fetchctl convert setup.ipynb --write
              fetchctl convert *.ipynb start.sh Dockerfile
              fetchctl convert . --write                        (every notebook, script and Dockerfile below a folder)
              fetchctl convert notebooks --json

            In notebooks: lines behind ! and in %%bash cells, and the usual calls of subprocess, os.system, gdown and \
            huggingface_hub in Python. In Dockerfiles: RUN instructions. Shell scripts are *.sh, and files whose first line \
            names a shell. In folders, hidden ones are left out and symbolic links are not followed. A line without a certain \
            conversion stays unchanged and is listed with the reason. All other bytes of a file stay. To use old lines without \
            changing them: fetchctl shims --help

            Exit codes: 0; 65 for a file of another kind, 66 for a missing file; the other files are converted.
            """)

    @Argument(help: ArgumentHelp("Notebooks, shell scripts, Dockerfiles, and folders of them.", valueName: "file"))
    var files: [String]
    @Flag(help: "Change the files (default: only show the changes).")
    var write = false
    @Flag(help: "Print one JSON object a line on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        try context.requireCurrentDirectory()
        let isAlone = files.count == 1 && Disk.followedStatus(files[0])?.kind != .directory
        var report = ConvertReport(json: json, writes: write, typed: files, isAlone: isAlone)
        var done: Set<String> = []
        for item in files {
            do throws(Failure) {
                for path in try ConvertibleFiles.find(item) where done.insert(Path.real(path) ?? path).inserted {
                    do throws(Failure) {
                        let (bytes, form) = try ConvertibleFiles.read(path)
                        let conversion = try FileConversion(bytes, form, name: isAlone ? Path.name(path) : path)
                        let isWritten = write && conversion.converted > 0
                        if isWritten { try replace(path, with: conversion.bytes) }
                        report.tell(path, conversion, isWritten: isWritten)
                    } catch { report.fail(path, error) }
                }
            } catch { report.fail(item, error) }
        }
        return report.finish()
    }

    private func replace(_ file: String, with bytes: [UInt8]) throws(Failure) {
        do throws(IOFault) {
            let path = Path.real(file) ?? file
            try Disk.replace(path, with: bytes, temporary: path + ".fetchctl-new", keepsMode: true)
        } catch { throw error.failure }
    }
}
