import FetchTypes
import Storage
import TOMLText

/// Reads the configuration: files first, the environment over them.
struct SettingsLoader {
    let environment: [String: String]
    private(set) var warnings: [String] = []
    /// Names that are told one by one, a kind and file; of the others only how many they are.
    var toldNames = 5

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
                        hint: "set FETCHCTL_CONFIG to the path of a file that can be read, or unset it.")
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
                hint: "set it to a value such as \(key.example), or unset \(name).")
        }
        return settings
    }

    mutating func read(_ text: String, _ file: String, into settings: inout Settings) throws(Failure) {
        let table: TOMLTable
        do {
            table = try TOMLTable(parsing: text)
        } catch {
            throw Failure(
                .config, "\(file), line \(error.place.line): this is not TOML.", why: "\(error.reason).",
                hint: "write it as TOML has it, for example: connections = 16")
        }
        ignore(table.entries.filter { !["download", "limit"].contains($0.key) }, "", file)
        if let value = table["limit"] { settings.timetable = try timetable(value, file) }
        guard let value = table["download"] else { return }
        guard let download = value.table else {
            throw Failure(
                .config, "\(file), line \(value.place.line): download must be a table.", hint: "write [download] on a line of its own.")
        }
        let known = Dictionary(uniqueKeysWithValues: Settings.keys.map { ($0.name, $0) })
        ignore(download.entries.filter { known[$0.key] == nil }, "the key ", file)
        for entry in download.entries {
            guard let key = known[entry.key] else { continue }
            guard let words = key.isList ? Self.list(entry.value) : Self.text(entry.value), key.set(&settings, words) else {
                throw Failure(
                    .config, "\(file), line \(entry.place.line): the value of \(key.name) is wrong.", why: "it must be \(key.form).",
                    hint: "for example: \(key.name) = \(key.isText ? Settings.quoted(key.example) : key.example)")
            }
        }
    }

    mutating func ignore(_ entries: [TOMLTable.Entry], _ what: String, _ file: String) {
        for entry in entries.prefix(toldNames) {
            warnings.append("\(file), line \(entry.place.line): \(what)\"\(entry.key.prefix(80))\" is not known and ignored.")
        }
        let more = entries.count - toldNames
        if more > 0 { warnings.append("\(file): \(more) more names are not known and ignored.") }
    }

    /// An array's strings with colons between them; nil where one is no string, or has a colon itself.
    private static func list(_ value: TOMLValue) -> String? {
        guard let values = value.array else { return nil }
        let words = values.compactMap(\.string).filter { !$0.contains(":") }
        return words.count == values.count ? words.joined(separator: ":") : nil
    }

    /// A scalar's text; nil for lists, tables and times.
    private static func text(_ value: TOMLValue) -> String? {
        switch value.content {
        case .string(let text): text
        case .boolean(let flag): String(flag)
        case .integer(let number): String(number)
        case .float(let number): String(number)
        case .dateTime, .array, .table: nil
        }
    }
}
