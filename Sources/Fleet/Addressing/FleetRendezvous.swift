import FetchTypes

/// How the members of a fleet find each other: the value of `--fleet`.
package enum FleetRendezvous: Sendable, Equatable {
    /// The first of Slurm, Kubernetes and torchrun whose variables are set.
    case auto
    case slurm
    case kubernetes
    case torchrun
    /// The node that can listen at this address is rank 0.
    case tcp(host: String, port: Int)

    /// - Returns: nil where the text has none of the ``forms``.
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
