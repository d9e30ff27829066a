import FetchKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Fetches one reference into a folder and prints the path of every file: `fetch-one org/name models`.
@main
struct FetchOne {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let reference = arguments.first, arguments.count <= 2 else {
            print("usage: fetch-one REFERENCE [FOLDER]")
            exit(64)
        }
        do throws(FetchError) {
            let fetcher = try Fetcher(configuration: .init(directory: arguments.count > 1 ? arguments[1] : nil))
            for try await event in fetcher.fetch(reference) { tell(event) }
        } catch {
            print("error: \(error)")
            exit(error.exitCode)
        }
    }

    private static func tell(_ event: FetchEvent) {
        switch event {
        case .planned(let files, let size, _): print("\(files) files, \(size.map { "\($0) bytes" } ?? "size unknown")")
        case .waiting(let file, let reason, _): print("\(file.reference) waits: \(reason)")
        case .skipped(let file, isThere: true): print("already there: \(file.path)")
        case .finished(let it): print("\(it.file.path)  \(it.verified) \(it.sha256 ?? "")")
        case .warning(let message): print("warning: \(message)")
        default: break
        }
    }
}
