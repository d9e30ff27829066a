import FetchTypes

/// Where a fleet meets, as `--fleet` says it.
package enum FleetPlace: Sendable, Equatable {
    /// The first of the others whose variables are set.
    case auto
    case slurm
    case kubernetes
    case torchrun
    /// Whoever can listen there is rank 0.
    case tcp(host: String, port: Int)

    /// - Returns: nil where the text is none of the forms.
    package init?(_ text: String) {
        switch text {
        case "auto": self = .auto
        case "slurm": self = .slurm
        case "k8s": self = .kubernetes
        case "torchrun": self = .torchrun
        default:
            guard text.hasPrefix("tcp://"), let url = WebURL("http://" + text.dropFirst(6)), url.path == "/", url.query == nil,
                url.userInformation == nil, !text.hasSuffix("/"), text.dropFirst(6).contains(":"), text.last != ":", text.last != "]"
            else { return nil }
            self = .tcp(host: url.host, port: url.port)
        }
    }

    package static let forms = "auto, slurm, k8s, torchrun or tcp://HOST:PORT"
}
