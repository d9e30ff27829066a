package import Events
package import FetchTypes

extension TransportFault {
    /// The fault as a person sees it when retries have run out.
    package var failure: Failure {
        var failure = explained
        failure.fault = kind
        return failure
    }

    private var explained: Failure {
        let host = host
        switch kind {
        case .nameResolution:
            return Failure(
                .unreachable, "\(host) was not found.", why: "\(detail).", hint: "check the name and this machine's network (DNS).")
        case .connect:
            return Failure(
                .unreachable, "\(host) could not be reached.", why: "\(detail).",
                hint: "check the network, then run the same command again.")
        case .tls:
            return Failure(
                .tls, "no trusted connection to \(host) could be made.", why: "\(detail).",
                hint: "if a private authority signs there, name its file in CURL_CA_BUNDLE or SSL_CERT_FILE; "
                    + "where no authorities are installed at all: apt-get install ca-certificates.")
        case .proxyName, .proxyConnect, .proxyRefusal:
            return Failure(
                .proxy, "the proxy could not be used for \(host).", why: "\(detail).", hint: "check http_proxy, https_proxy and all_proxy.")
        case .timeout:
            return Failure(
                .server, "\(host) did not answer in time.", why: "\(detail).", hint: "run the same command again later: it resumes."
            )
        case .dropped, .cut, .cancelled:
            return Failure(
                .server, "the connection to \(host) broke.", why: "\(detail).", hint: "run the same command again: it resumes.")
        case .forbiddenAddress:
            return Failure(
                .unreachable, "\(host) was not asked: a redirect must not lead into a private network.", why: "\(detail).",
                hint: "if you trust it, give the final address itself.")
        case .malformed:
            return Failure(.server, "\(host) does not answer as a web server does.", why: "\(detail).", hint: "check the link.")
        }
    }
}

extension TransportFault.Kind {
    /// What a further try waits for.
    package var waitReason: Event.WaitReason {
        switch self {
        case .timeout: .timeout
        case .nameResolution: .unknownHost
        case .connect: .unreachable
        case .proxyName, .proxyConnect, .proxyRefusal: .proxy
        case .tls, .dropped, .cut, .forbiddenAddress, .cancelled, .malformed: .reset
        }
    }
}
