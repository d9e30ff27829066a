// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// scripts/fuzz sets it: `engine` where the toolchain has libFuzzer, else `seeded`. Then the decoders' tests are a program
/// instead, and with an engine our modules tell it which places an input reaches.
let fuzzing = Context.environment["FETCHCTL_FUZZ"]
let traced: [SwiftSetting] = fuzzing == "engine" ? [.unsafeFlags(["-sanitize=fuzzer"]), .define("FUZZ_ENGINE")] : []

/// A target of ours: every one is held to the same settings.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + traced)
}

/// What reads foreign bytes, with examples of them (Tests/FuzzTests).
func decoders(_ dependencies: [Target.Dependency]) -> Target {
    guard fuzzing != nil else { return tests("FuzzTests", dependencies, exclude: ["Runner"]) }
    return .executableTarget(
        name: "fuzz", dependencies: dependencies, path: "Tests/FuzzTests", exclude: ["ShortFuzzTests.swift"],
        swiftSettings: strict + traced)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
/// `Errno`, `FilePath` and `FileDescriptor`: linked through swift-subprocess anyway.
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }
let flyingFox: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")

// The order is the data's way; a module sees what stands above it and nothing below. DESIGN.md draws it.
let package = Package(
    name: "fetchctl",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "fetchctl", targets: ["fetchctl"]),
        // What other packages import.
        .library(name: "FetchKit", targets: ["FetchKit"]),
        .executable(name: "practice-hub", targets: ["practice-hub"]),
        // A long line on loopback, for the benchmark; never shipped.
        .executable(name: "line-proxy", targets: ["line-proxy"]),
        // A disk for tests, loaded into the command; never shipped.
        .library(name: "SequentialDisk", type: .dynamic, targets: ["SequentialDisk"]),
        // Timers for tests with a clock of their own, loaded into the command; never shipped.
        .library(name: "SteadyTimers", type: .dynamic, targets: ["SteadyTimers"]),
        // Another machine's name and locks for tests of shared folders, loaded into the command; never shipped.
        .library(name: "AnotherHost", type: .dynamic, targets: ["AnotherHost"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        module("FetchTypes", []),
        module("TOMLText", []),
        module("JSONText", ["FetchTypes"]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        module("CPlatform", []),
        module("Curl", ["FetchTypes", "CCurl"]),
        module("Server", nio),
        module("Fleet", ["FetchTypes", "Curl", "Server", crypto]),
        module("Aria2", ["FetchTypes", subprocess]),
        module("Torrent", ["FetchTypes", "Aria2", crypto]),
        module("ModelReference", ["FetchTypes"]),
        module("DropIns", ["FetchTypes", "JSONText"]),
        module("Notebook", ["FetchTypes", "JSONText", "DropIns"]),
        module("ModelList", ["FetchTypes", "TOMLText"]),
        module("ModelSources", ["FetchTypes", "JSONText", "ModelReference"]),
        module("Storage", ["CPlatform", "FetchTypes", system, crypto]),
        module("Partials", ["FetchTypes", "Aria2", "ModelSources", "Storage"]),
        module("Layouts", ["CPlatform", "FetchTypes", "JSONText", "ModelReference", "ModelSources", "Storage", "Partials"]),
        module("Events", ["FetchTypes", "JSONText", "ModelSources", crypto]),
        module("Queue", ["FetchTypes", "JSONText", "Storage", "Events"]),
        module(
            "Transfer",
            [
                "CPlatform", "FetchTypes", "Curl", "Aria2", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts", "Events",
                crypto, logging,
            ]),
        module(
            "Swarm",
            [
                "FetchTypes", "Curl", "Server", "Fleet", "Aria2", "Torrent", "ModelSources", "Storage", "Partials", "Layouts",
                "Events", "Transfer",
            ]),
        module(
            "FetchKit",
            [
                "CPlatform", "FetchTypes", "Curl", "Fleet", "Aria2", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts",
                "Events", "Transfer", "Swarm", crypto, logging,
            ]),
        module(
            "ListSync",
            [
                "FetchTypes", "ModelReference", "ModelSources", "ModelList", "Storage", "Partials", "Layouts", "Events", "Transfer",
                "FetchKit",
            ]),
        module(
            "Workflow",
            ["FetchTypes", "JSONText", "ModelReference", "ModelSources", "Storage", "Layouts", "Transfer"]),
        module(
            "ListImport",
            [
                "FetchTypes", "ModelReference", "ModelSources", "ModelList", "Storage", "Partials", "Layouts", "Events", "Transfer",
                "FetchKit", "ListSync", "DropIns", "Notebook", "Workflow",
            ]),
        module(
            "Worker",
            ["FetchTypes", "Curl", "Storage", "Partials", "Events", "Queue", "Transfer", "FetchKit"]),
        .executableTarget(
            name: "fetchctl",
            dependencies: [
                "CPlatform", "FetchTypes", "Curl", "Fleet", "Aria2", "ModelReference", "ModelSources", "ModelList", "Storage", "Partials",
                "Layouts", "Events", "Queue", "Transfer", "FetchKit", "Worker", "ListSync", "ListImport", "DropIns", "Notebook", "TOMLText",
                "JSONText", "Workflow",
                arguments, logging,
            ],
            swiftSettings: strict),
        module("PracticeHub", [flyingFox, crypto]),
        .executableTarget(name: "practice-hub", dependencies: ["PracticeHub", arguments], swiftSettings: strict),
        .executableTarget(name: "line-proxy", dependencies: [arguments], swiftSettings: strict),
        tests("FetchTypesTests", ["FetchTypes"]),
        tests("TOMLTextTests", ["TOMLText", "TestSupport"]),
        tests("JSONTextTests", ["JSONText"]),
        tests("CurlTests", ["FetchTypes", "Curl", "PracticeHub"]),
        tests("ServerTests", ["FetchTypes", "Curl", "Server"]),
        tests("FleetTests", ["FetchTypes", "Curl", "Server", "Fleet", "TestSupport"]),
        tests("Aria2Tests", ["FetchTypes", "Curl", "Aria2", "PracticeHub"]),
        tests("ModelReferenceTests", ["FetchTypes", "ModelReference", "TestSupport"]),
        tests("ModelListTests", ["FetchTypes", "ModelList"]),
        tests("NotebookTests", ["FetchTypes", "JSONText", "DropIns", "Notebook"]),
        tests("DropInsTests", ["FetchTypes", "DropIns"]),
        tests("ModelSourcesTests", ["FetchTypes", "JSONText", "ModelReference", "ModelSources"], resources: [.copy("Fixtures")]),
        .target(
            name: "TestSupport",
            dependencies: [
                "FetchTypes", "Curl", "Aria2", "ModelReference", "ModelSources", "Storage", "Partials", "Events", "Transfer", "PracticeHub",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("TorrentTests", ["FetchTypes", "Aria2", "Torrent", "TestSupport", crypto]),
        tests("StorageTests", ["FetchTypes", "Storage", "TestSupport", system]),
        tests("PartialsTests", ["FetchTypes", "Aria2", "ModelSources", "Storage", "Partials", "TestSupport"]),
        tests(
            "LayoutsTests", ["FetchTypes", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts", "FetchKit", "TestSupport"]),
        tests("ListSyncTests", ["FetchTypes", "ModelList", "ListSync", "TestSupport"]),
        tests(
            "WorkflowTests",
            [
                "FetchTypes", "Curl", "JSONText", "ModelReference", "ModelSources", "Storage", "Layouts", "Transfer", "ListImport",
                "Workflow",
            ]),
        tests("ListImportTests", ["FetchTypes", "ModelList", "ListImport", "TestSupport"]),
        tests(
            "WorkerTests",
            ["FetchTypes", "JSONText", "Storage", "Partials", "Events", "ModelSources", "Queue", "Worker", "TestSupport"]),
        tests("QueueTests", ["FetchTypes", "JSONText", "Storage", "Queue", "TestSupport"]),
        tests("EventsTests", ["FetchTypes", "JSONText", "ModelSources", "Events", "TestSupport"]),
        tests(
            "TransferTests",
            [
                "FetchTypes", "Curl", "Aria2", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts", "Events", "Transfer",
                "PracticeHub", "TestSupport", crypto,
            ]),
        tests(
            "SwarmTests",
            [
                "FetchTypes", "Curl", "Server", "Fleet", "Aria2", "Torrent", "ModelSources", "Storage", "Partials", "Events", "Transfer",
                "Swarm", "PracticeHub", "TestSupport", crypto,
            ]),
        tests(
            "FetchKitTests",
            [
                "FetchTypes", "Curl", "Fleet", "Aria2", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts", "Events",
                "Transfer",
                "FetchKit", "PracticeHub", "TestSupport",
            ]),
        tests("PracticeHubTests", ["PracticeHub", flyingFox]),
        tests(
            "FetchctlTests",
            [
                "FetchTypes", "Fleet", "Queue", "ModelReference", "ListImport", "ModelSources", "Storage", "Layouts", "Events", "Transfer",
                "FetchKit",
                "DropIns",
                "fetchctl",
                arguments,
            ]),
        decoders([
            "FetchTypes", "JSONText", "Aria2", "Torrent", "ModelReference", "ModelSources", "Storage", "Partials", "Layouts", "Events",
            "FetchKit",
            "DropIns", "Notebook", "TOMLText", "ModelList", "Server", "Fleet",
        ]),
        .target(name: "SequentialDisk", path: "Tests/SequentialDisk"),
        .target(name: "SteadyTimers", path: "Tests/SteadyTimers"),
        .target(name: "AnotherHost", path: "Tests/AnotherHost"),
        tests("EndToEndTests", ["PracticeHub", "TestSupport", subprocess], exclude: ["FaultLab/README.md"]),
    ]
)
