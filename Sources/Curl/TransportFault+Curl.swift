import CCurl
import FetchTypes

extension TransportFault.Kind {
    /// What a libcurl result means to us.
    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: self = .nameResolution
        case CURLE_COULDNT_CONNECT: self = .connect
        case CURLE_COULDNT_RESOLVE_PROXY: self = .proxyName
        case CURLE_PROXY: self = .proxyRefusal
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS:
            self = .tls
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: self = .malformed
        case CURLE_PARTIAL_FILE: self = .cut
        default: self = .dropped
        }
    }
}
