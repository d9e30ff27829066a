/// Functions of Python libraries that download, which are neither a tool's process nor Hugging Face's.
enum PythonDownload {
    /// A link and a path, of which the file is replaced; the names of both arguments.
    case plain([String])
    /// fetchctl has nothing that does quite the same; why.
    case other(String)

    /// - Parameter name: a function's name with its module, as its imports say.
    init?(_ name: String) {
        let last = name.split(separator: ".").last.map(String.init) ?? ""
        switch last {
        case "urlretrieve" where ["urlretrieve", "urllib.urlretrieve", "request.urlretrieve", "urllib.request.urlretrieve"].contains(name):
            self = .plain(["url", "filename"])
        case "download_url_to_file" where name.hasSuffix("hub.download_url_to_file") || name == last: self = .plain(["url", "dst"])
        case "download" where name == "wget.download": self = .other("wget.download takes another name where the file is there")
        case "get_file" where name.hasSuffix("utils.get_file") || name.hasSuffix("data_utils.get_file"):
            self = .other("Keras keeps the file in a cache of its own, and may unpack it")
        case "load_state_dict_from_url", "load_file_from_url": self = .other("it is kept in a cache of its own, and loaded")
        case _ where name.hasPrefix("torchvision.datasets.utils.download"):
            self = .other("torchvision compares it with a hash of its own, and may unpack it")
        default: return nil
        }
    }

    static let functions: Set<String> = [
        "urlretrieve", "download_url_to_file", "get_file", "load_state_dict_from_url", "load_file_from_url", "download_url",
        "download_and_extract_archive", "download",
    ]

    static let clients: Set<String> = ["get", "request", "urlopen", "stream"]

    /// Why a call that asks a server is named: what it answers is written to a file by the code around it.
    /// - Parameter tokens: of the cell.
    static func streamed(_ call: PythonCall, name: String, tokens: [PythonToken], bytes: [UInt8]) -> String? {
        let owner = name.split(separator: ".").dropLast().last.map(String.init)?.lowercased() ?? ""
        let isClient = ["requests", "httpx", "session", "request", "s", "sess", "client"].contains(owner) || name == "urlopen"
        guard isClient else { return nil }
        let streams = call.named("stream")?.first?.name == "True" || name.hasSuffix("httpx.stream") || name.hasSuffix("urlopen")
        let isWritten = tokens.contains { $0.kind == .string && ["'wb'", "\"wb\"", "'ab'", "\"ab\""].contains(text($0, bytes)) }
        let reads = ["content", "iter_content", "copyfileobj", "iter_bytes", "raw"]
        guard streams && isWritten || isWritten && tokens.contains(where: { reads.contains($0.name ?? "") }) else { return nil }
        return "the code around it writes the answer to a file: fetchctl.add(link, dir=…, out=…) does that, and resumes"
    }

    private static func text(_ token: PythonToken, _ bytes: [UInt8]) -> String { String(decoding: bytes[token.range], as: UTF8.self) }
}
