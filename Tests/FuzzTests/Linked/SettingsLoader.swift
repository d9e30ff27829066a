import FetchKit
import FetchTypes
import TOMLKit

/// Reads the configuration: files first, the environment over them.
struct SettingsLoader {
    let environment: [String: String]
    private(set) var warnings: [String] = []

    init(environment: [String: String]) { self.environment = environment }

    /// Where the user's own files are: `$XDG_CONFIG_HOME/fetchctl`, nil when there is no home.
    var userDirectory: String? {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return Path.join(base, "fetchctl") }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : Path.join($0, ".config/fetchctl") }
    }

    /// The files that are read, the stronger last.
    var files: [String] {
        if let one = environment["FETCHCTL_CONFIG"], !one.isEmpty { return [one] }
        return ["/etc/fetchctl/config.toml"] + (userDirectory.map { [Path.join($0, "config.toml")] } ?? [])
    }

    /// - Throws: ``Failure`` of kind `config`, naming the file, the key and the line.
    mutating func load() throws(Failure) -> Settings {
        var settings = Settings()
        for file in files {
            guard let bytes = Disk.contents(file) else {
                if environment["FETCHCTL_CONFIG"] == file {
                    throw Failure(
                        .config, "the configuration file \(file) cannot be read.", why: "FETCHCTL_CONFIG names it.",
                        hint: "correct or unset FETCHCTL_CONFIG.")
                }
                continue
            }
            guard let text = SystemText.read(bytes) else {
                throw Failure(
                    .config, "\(file) is not UTF-8 text.", why: "TOML is, and a path in it would be another one.", hint: "save it as UTF-8."
                )
            }
            try read(text, file, into: &settings)
        }
        for key in Settings.keys {
            let name = "FETCHCTL_" + key.name.uppercased()
            guard let text = environment[name], !text.isEmpty, !key.set(&settings, text) else { continue }
            throw Failure(
                .config, "the environment variable \(name) is wrong: \"\(text)\".", why: "it must be \(key.form).",
                hint: "correct it or unset \(name).")
        }
        return settings
    }

    mutating func read(_ text: String, _ file: String, into settings: inout Settings) throws(Failure) {
        if let line = TOMLHeaders.brokenLine(in: text) {
            throw Failure(
                .config, "\(file), line \(line): this is not TOML.", why: "what stands there is no table, key or value.",
                hint: "correct that line.")
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw Failure(
                .config, "\(file), line \(error.source.begin.line): this is not TOML.", why: "\(error.description).",
                hint: "correct that line.")
        } catch {
            throw Failure(.config, "\(file) is not TOML.", why: "\(error).", hint: "correct the file.")
        }
        ignore(table.keys.filter { $0 != "download" }, "", in: text, file)
        guard let value = table["download"] else { return }
        guard let download = value.table else {
            throw Failure(
                .config, "\(file), line \(line(of: "download", in: text)): download must be a table.",
                hint: "write [download] on a line of its own.")
        }
        let names = Set(download.keys)
        ignore(names.subtracting(Settings.keys.map(\.name)), "the key ", in: text, file)
        for key in Settings.keys where names.contains(key.name) {
            let name = key.name
            guard let entry = download[name], let words = Self.text(entry), key.set(&settings, words) else {
                throw Failure(
                    .config, "\(file), line \(line(of: name, in: text)): the value of \(name) is wrong.", why: "it must be \(key.form).",
                    hint: "correct that line.")
            }
        }
    }

    /// Names that are told one by one, a kind and file; of the others only how many they are.
    private static let toldNames = 5

    private mutating func ignore(_ names: some Collection<String>, _ what: String, in text: String, _ file: String) {
        let sorted = names.sorted()
        for name in sorted.prefix(Self.toldNames) {
            warnings.append(
                "\(file), line \(line(of: name, in: text)): \(what)\"\(name.prefix(80))\" is not known and ignored.")
        }
        let more = sorted.count - Self.toldNames
        if more > 0 { warnings.append("\(file): \(more) more names are not known and ignored.") }
    }

    /// A scalar's text; nil for lists, tables and times.
    private static func text(_ value: any TOMLValueConvertible) -> String? {
        if let text = value.string { return text }
        if let flag = value.bool { return String(flag) }
        if let number = value.int { return String(number) }
        return value.double.map { String($0) }
    }

    /// The line on which a key or a section stands; the parser keeps it for syntax errors only.
    private func line(of name: String, in text: String) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let found = lines.firstIndex { line in
            let bare = line.drop { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "\"" }
            return bare.hasPrefix(name) && bare.dropFirst(name.count).first.map { " \t=]\".".contains($0) } ?? false
        }
        return (found ?? 0) + 1
    }
}
