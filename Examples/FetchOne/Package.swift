// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "fetch-one",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of your own: .package(url: "https://…/fetchctl", exact: "0.1.0")
        .package(name: "fetchctl", path: "../..")
    ],
    targets: [
        .executableTarget(name: "fetch-one", dependencies: [.product(name: "FetchKit", package: "fetchctl")])
    ]
)
