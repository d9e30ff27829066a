import Foundation
import Testing

/// The two engines that may move the bytes: what users see must not depend on which.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case aria2, builtin

    var testDescription: String { rawValue }
    var other: Engine { self == .aria2 ? .builtin : .aria2 }

    /// Skips the test, or this one case of it, where the engine is not available.
    func require() throws {
        if self == .aria2, Self.aria2c == nil { try Test.cancel("aria2c is not on PATH") }
    }

    /// The aria2c of this machine; nil when there is none.
    static let aria2c: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/aria2c" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips where no aria2c is installed.
    static var requiresAria2c: Self { .enabled("aria2c is not on PATH") { Engine.aria2c != nil } }

    /// Skips for a user whom no permission stops.
    static var requiresOrdinaryUser: Self { .enabled("root may write everywhere") { geteuid() != 0 } }
}
