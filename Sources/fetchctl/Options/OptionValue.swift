import ArgumentParser
import FetchTypes
import Fleet
import Layouts
import ModelSources
import Transfer

/// A value that a user types: an option of the command line, or a line of an input file.
protocol OptionValue: ExpressibleByArgument {
    /// What is valid; continues "it must be".
    static var form: String { get }
    /// A valid value.
    static var example: String { get }
}

extension OptionValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    static var form: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }
    static var example: String { allCases.first?.rawValue ?? "" }
}

extension OptionValue {
    /// Reads a value that the argument parser has not read.
    /// - Parameter name: what precedes the value, with its separator: `--engine ` or `sha256=`.
    /// - Throws: ``Failure`` with exit code 64.
    static func read(_ text: String, after name: String) throws(Failure) -> Self {
        guard let value = Self(argument: text) else { throw refusal(of: text, after: name) }
        return value
    }

    /// The complaint about a value that is none of these.
    static func refusal(of text: String, after name: String) -> Failure {
        Failure(.usage, "\(name)\(text) is not usable.", why: "it must be \(form).", hint: "for example: \(name)\(example)")
    }
}

/// The argument parser's complaints about values, in our own form.
enum OptionRefusal {
    /// By the name that `--help` gives the value.
    private static let types: [String: any OptionValue.Type] = [
        "engine": FetchOptions.EngineChoice.self, "connections": ConnectionCount.self, "jobs": JobCount.self, "retries": RetryCount.self,
        "pid": ProcessNumber.self, "limit-rate": TransferRate.self, "timeout": Seconds.self, "wait": Seconds.self,
        "fleet": FleetRendezvous.self, "fleet-size": FleetSize.self, "fleet-rank": FleetRank.self, "fleet-port": PortNumber.self,
        "ip": NumericAddress.self, "fleet-linger": Seconds.self,
        "sha256": SHA256Text.self, "only": SourceList.self, "layout": Layout.self, "type": ModelKind.self, "kind": SidecarKind.self,
    ]

    private static let missing = "Missing value for '"

    /// - Parameter message: `Missing value for '--connections <connections>'`, or of the form `The value 'x' is invalid for '--connections <connections>'…`.
    /// - Returns: nil when the message is another one.
    static func failure(_ message: String) -> Failure? {
        if message.hasPrefix(missing) {
            let words = message.dropFirst(missing.count).prefix { $0 != "'" }.split(separator: " ")
            guard words.count == 2, let type = types[String(words[1].dropFirst().dropLast())] else { return nil }
            return Failure(
                .usage, "\(words[0]) has no value.", why: "it must be \(type.form).", hint: "for example: \(words[0]) \(type.example)")
        }
        guard message.hasPrefix("The value '"), let middle = message.firstRange(of: "' is invalid for '") else { return nil }
        let text = String(message[..<middle.lowerBound].dropFirst("The value '".count))
        let words = message[middle.upperBound...].prefix { $0 != "'" }.split(separator: " ")
        guard words.count == 2, let type = types[String(words[1].dropFirst().dropLast())] else { return nil }
        return type.refusal(of: text, after: "\(words[0]) ")
    }
}
