import CCurl
import Core

extension Target {
    var cancelled: DeploydError { DeploydError(.cancelled, "the request to \(name) was cancelled") }

    func tooLarge(_ limit: Int) -> DeploydError {
        DeploydError(.tooLarge, "the answer of \(name) is larger than \(limit) bytes")
    }

    /// What a failure of libcurl means to people.
    /// - Parameters:
    ///   - number: the `errno` of the failed system call, 0 when there was none.
    ///   - redirected: whether a redirect was followed before.
    ///   - detail: libcurl's text; shown for TLS only, where it says what the certificate lacks.
    func error(_ code: CURLcode, errno number: Int, redirected: Bool = false, detail: String) -> DeploydError {
        let system = number == 0 ? "" : ": \(describe(errno: Int32(clamping: number)))"
        let metadata = ["host": name, "curl": "\(code.rawValue)"]
        func error(_ kind: DeploydError.Code, _ message: String) -> DeploydError {
            DeploydError(kind, message, metadata: metadata)
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return error(.unavailable, "cannot find the host \(name)")
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            return error(.unavailable, "the proxy towards \(name) does not work")
        case CURLE_COULDNT_CONNECT: return error(.unavailable, "cannot connect to \(name)\(system)")
        case CURLE_OPERATION_TIMEDOUT: return error(.timedOut, "cannot connect to \(name) in time")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            return error(.unavailable, "no TLS connection to \(name): \(detail)")
        case CURLE_SSL_CLIENTCERT: return error(.unavailable, "\(name) asks for a client certificate")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_CRL_BADFILE:
            return error(.invalid, "the TLS certificates for \(name) cannot be used: \(detail)")
        case CURLE_TOO_MANY_REDIRECTS: return error(.unavailable, "\(name) redirects without end")
        case CURLE_URL_MALFORMAT: return error(.invalid, "a URL to be requested is not one of http or https")
        // The URL's own scheme was checked before, and anything but HTTP/1 would be HTTP/0.9.
        case CURLE_UNSUPPORTED_PROTOCOL where redirected:
            return error(.unavailable, "\(name) redirects to what is not http or https")
        case CURLE_GOT_NOTHING: return error(.unavailable, "\(name) closed the connection without an answer")
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            return error(.unavailable, "the connection to \(name) broke off\(system)")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_BAD_CONTENT_ENCODING:
            return error(.unavailable, "\(name) does not answer in HTTP")
        case CURLE_OUT_OF_MEMORY: return error(.exhausted, "no memory for a request to \(name)")
        default:
            return error(.unavailable, "the request to \(name) failed: \(String(cString: ccurl_easy_strerror(code)))")
        }
    }
}
