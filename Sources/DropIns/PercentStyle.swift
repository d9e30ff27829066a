/// How wget tells its progress to a pipe or a file, where scripts look for `NN%` (wget's manual, `--progress`).
package enum PercentStyle: Sendable, Equatable {
    /// Rows of dots.
    case dots(Dots)
    /// A bar that a carriage return takes back.
    case bar

    /// What a row of dots stands for.
    package struct Dots: Sendable, Equatable {
        /// Bytes.
        package var perDot: Int64
        package var perRow: Int
        /// Dots between two spaces.
        package var perCluster: Int

        package static let standard = Dots(perDot: 1 << 10, perRow: 50, perCluster: 10)
        package static let binary = Dots(perDot: 8 << 10, perRow: 48, perCluster: 16)
        package static let mega = Dots(perDot: 64 << 10, perRow: 48, perCluster: 8)
        package static let giga = Dots(perDot: 1 << 20, perRow: 32, perCluster: 8)

        init(perDot: Int64, perRow: Int, perCluster: Int) {
            self.perDot = perDot
            self.perRow = perRow
            self.perCluster = perCluster
        }
    }

    /// - Parameter text: the value of `--progress`. A bar that is not forced is one of dots where the output is not a terminal.
    init(_ text: String?) {
        let parts = (text ?? "dot").lowercased().split(separator: ":").map(String.init)
        if parts.first == "bar", parts.contains("force") {
            self = .bar
            return
        }
        let named: [String: Dots] = ["binary": .binary, "mega": .mega, "giga": .giga]
        self = .dots(parts.first == "dot" ? parts.dropFirst().first.flatMap { named[$0] } ?? .standard : .standard)
    }
}
