import Events
import FetchTypes
import JSONText
import Layouts
import Queue
import Transfer

/// The configuration keys with their defaults, after files and environment have had their say.
struct Settings: Sendable {
    var directory: String?
    var layout = Layout.plain
    var engine = FetchOptions.EngineChoice.auto
    var connections = 16
    var jobs = 5
    var maxRetries = 5
    var retryDelayMin: Seconds = 5
    var retryDelayMax: Seconds = 60
    var timeout: Seconds = 300
    var largeFileTimeout: Seconds = 1800
    /// Bytes per second; 0 is unlimited.
    var limitRate = ByteCount.zero
    var checkNetwork = true
    var checkDiskSpace = true
    /// Kept free besides the download itself.
    var requiredDiskSpace = ByteCount.zero
    var dedupe = Dedupe.off
    var dedupeFolders: [String] = []
    var showDownloadSpeed = true
    var showETA = true
    /// `[[limit]]`: rates for times of day, in place of ``limitRate`` while they apply.
    var timetable = RateTimetable()

    /// One key: how its text is read into the settings.
    struct Key: Sendable {
        let name: String
        /// What a value must be, for the complaint.
        let form: String
        let example: String
        /// Whether it is in quotes in TOML.
        var isText = false
        /// Whether it is an array of strings in TOML; in the environment they have colons between them.
        var isList = false
        /// - Returns: false when the text is no such value.
        let set: @Sendable (inout Settings, String) -> Bool
        let show: @Sendable (Settings) -> String
    }

    static let keys: [Key] = [
        Key(
            name: "directory", form: "a path", example: "models", isText: true,
            set: {
                $0.directory = $1.isEmpty ? nil : $1; return true
            }, show: { quoted($0.directory ?? "") }),
        choice("layout", \.layout),
        choice("engine", \.engine),
        integer("connections", \.connections, 1...64),
        integer("jobs", \.jobs, 1...256),
        integer("max_retries", \.maxRetries, 0...1_000_000),
        seconds("retry_delay_min", \.retryDelayMin),
        seconds("retry_delay_max", \.retryDelayMax),
        seconds("timeout", \.timeout),
        seconds("large_file_timeout", \.largeFileTimeout),
        Key(
            name: "limit_rate", form: "bytes per second such as 0, 500K or 20M", example: "20M", isText: true,
            set: { settings, text in ByteSize.parse(text).map { settings.limitRate = $0 } != nil }, show: { String($0.limitRate.bytes) }),
        flag("check_network", \.checkNetwork),
        flag("check_disk_space", \.checkDiskSpace),
        Key(
            name: "required_disk_space_gb", form: "a number of 10^9 bytes, from 0 to 1000000000", example: "10",
            set: { settings, text in
                guard let value = Double(decimal: text), value <= 1e9 else { return false }
                // More than any disk has means that nothing may be taken.
                settings.requiredDiskSpace = ByteCount(exactly: (value * 1e9).rounded()) ?? .max
                return true
            }, show: { JSONTree.number(Double($0.requiredDiskSpace.bytes) / 1e9).line }),
        choice("dedupe", \.dedupe),
        Key(
            name: "dedupe_folders", form: "a list of paths", example: "[\"/models\"]", isList: true,
            set: { settings, text in
                let paths = text.split(separator: ":").map(String.init)
                guard paths.allSatisfy({ !$0.isEmpty }) else { return false }
                settings.dedupeFolders = paths
                return true
            }, show: { "[\($0.dedupeFolders.map(quoted).joined(separator: ", "))]" }),
        flag("show_download_speed", \.showDownloadSpeed),
        flag("show_eta", \.showETA),
    ]

    /// As a TOML string.
    static func quoted(_ text: String) -> String { JSONTree.string(text).line }

    private static func integer(_ name: String, _ path: any WritableKeyPath<Settings, Int> & Sendable, _ range: ClosedRange<Int>) -> Key {
        Key(
            name: name, form: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: String(Settings()[keyPath: path]),
            set: { settings, text in
                guard let value = Int(digits: text), range.contains(value) else { return false }
                settings[keyPath: path] = value
                return true
            }, show: { String($0[keyPath: path]) })
    }

    private static func seconds(_ name: String, _ path: any WritableKeyPath<Settings, Seconds> & Sendable) -> Key {
        Key(
            name: name, form: Seconds.form, example: Seconds.example,
            set: { settings, text in
                guard let value = Seconds(decimal: text) else { return false }
                settings[keyPath: path] = value
                return true
            }, show: { JSONTree.number($0[keyPath: path].value).line })
    }

    private static func flag(_ name: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable) -> Key {
        Key(
            name: name, form: Truth.form, example: Truth.example,
            set: { settings, text in
                let values = ["true": true, "1": true, "yes": true, "on": true, "false": false, "0": false, "no": false, "off": false]
                guard let value = values[text.lowercased()] else { return false }
                settings[keyPath: path] = value
                return true
            }, show: { String($0[keyPath: path]) })
    }

    private static func choice<Value: OptionValue & CaseIterable & RawRepresentable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable
    ) -> Key where Value.RawValue == String {
        Key(
            name: name, form: Value.form, example: Value.example, isText: true,
            set: { settings, text in
                guard let value = Value(rawValue: text) else { return false }
                settings[keyPath: path] = value
                return true
            }, show: { quoted($0[keyPath: path].rawValue) })
    }
}
