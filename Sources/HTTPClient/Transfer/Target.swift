import CCurl
import Core

/// Where a request goes, checked before anything is sent, and what may be said of it: the host, never user information,
/// path or headers.
struct Target: Sendable {
    /// For messages: `host`, `host:port` or `the socket PATH`.
    let name: String
    /// What libcurl connects by: the URL, its host replaced by the TLS server name if there is one.
    let url: String
    /// `host:port` that `url`'s host stands for.
    let connectTo: String?
    /// The `Host` header, where it is not `url`'s.
    let authority: String?
    /// Traffic that stays on the machine is for no proxy.
    let isLocal: Bool

    init(_ request: HTTPClientRequest) throws(DeploydError) {
        let parts = try URLParts(request.url)
        let host = try parts[CURLUPART_HOST]
        let port = parts.optional(CURLUPART_PORT)
        let shown = port.map { "\(host):\($0)" } ?? host
        name = request.unixSocket.map { "the socket \($0)" } ?? shown
        isLocal = request.unixSocket != nil || Target.isLoopback(host)
        if let serverName = request.tls.serverName, !equalIgnoringCase(serverName, host) {
            connectTo = "\(serverName):\(port ?? ""):\(host):\(port ?? "")"
            authority = shown
            url = try parts.replacingHost(serverName)
        } else {
            connectTo = nil
            authority = nil
            url = request.url
        }
        try Target.check(request, name)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "[::1]"
    }

    /// Refuses what would put more into the request than one line each: header injection (RFC 9112 §11.1).
    private static func check(_ request: HTTPClientRequest, _ name: String) throws(DeploydError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains)
        else { throw DeploydError(.invalid, "a request to \(name) has no valid method") }
        for (header, value) in request.headers {
            guard !header.isEmpty, header.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw DeploydError(.invalid, "a request to \(name) has a header that is not one line of text") }
            guard !equalIgnoringCase(header, "Content-Length"), !equalIgnoringCase(header, "Transfer-Encoding") else {
                throw DeploydError(.invalid, "a request to \(name) sets \(header), which follows from its body")
            }
        }
        // sockaddr_un holds 107 bytes and the end.
        if let path = request.unixSocket, path.utf8.count > 107 || path.isEmpty {
            throw DeploydError(.invalid, "the socket path \(path) is longer than the 107 bytes that a socket can have")
        }
    }
}

/// Owns a `CURLU`: a URL taken apart.
private final class URLParts {
    private let handle: OpaquePointer

    init(_ url: String) throws(DeploydError) {
        try CurlLibrary.load()
        guard let handle = ccurl_url() else { throw DeploydError(.exhausted, "no memory for a URL") }
        self.handle = handle
        guard ccurl_url_set(handle, CURLUPART_URL, url) == CURLUE_OK,
            let scheme = optional(CURLUPART_SCHEME), ["http", "https"].contains(scheme)
        else { throw DeploydError(.invalid, "a URL to be requested is not one of http or https") }
    }

    subscript(part: CURLUPart) -> String {
        get throws(DeploydError) {
            guard let text = optional(part) else { throw DeploydError(.invalid, "a URL to be requested has no host") }
            return text
        }
    }

    func optional(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard ccurl_url_get(handle, part, &text) == CURLUE_OK, let text else { return nil }
        defer { ccurl_free(text) }
        return String(cString: text)
    }

    func replacingHost(_ host: String) throws(DeploydError) -> String {
        guard ccurl_url_set(handle, CURLUPART_HOST, host) == CURLUE_OK else {
            throw DeploydError(.invalid, "the TLS server name '\(host)' is no host name")
        }
        return try self[CURLUPART_URL]
    }

    deinit { ccurl_url_cleanup(handle) }
}
