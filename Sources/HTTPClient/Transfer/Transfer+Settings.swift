import CCurl
import Core

extension Transfer {
    func setConnection(_ handle: EasyHandle) {
        handle.set(CURLOPT_URL, target.url)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        setVersion(handle)
        // What a proxy answers to CONNECT is not the response's head.
        handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        // Without it libcurl sets handlers of signals for the whole process.
        handle.set(CURLOPT_NOSIGNAL, true)
        handle.closeOnExec()
        handle.set(CURLOPT_TCP_KEEPALIVE, true)
        handle.set(CURLOPT_MAXAGE_CONN, max(1, Int(ticket.queue.idleLimit.components.seconds)))
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.connectTimeout.milliseconds)))
        handle.set(CURLOPT_FOLLOWLOCATION, request.followRedirects)
        handle.set(CURLOPT_MAXREDIRS, 5)
        // An empty text, unlike none at all, keeps libcurl from http_proxy and the like.
        if let proxy = request.proxy {
            setProxy(handle, proxy)
        } else if target.isLocal {
            handle.set(CURLOPT_PROXY, "")
        }
        if let path = request.unixSocket { handle.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let line = target.connectTo { handle.set(CURLOPT_CONNECT_TO, pointer: keepConnectTo([line])) }
    }

    private func setVersion(_ handle: EasyHandle) {
        let shares = request.sharesConnection && !streams
        // HTTP/2 of libcurl 7.88 stalls other streams of a connection when one is paused; whole answers never pause.
        handle.set(CURLOPT_HTTP_VERSION, shares ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        // Waits for a connection that is being made and may be shared, rather than make another.
        if shares { handle.set(CURLOPT_PIPEWAIT, true) }
    }

    private func setProxy(_ handle: EasyHandle, _ proxy: String) {
        handle.set(CURLOPT_PROXY, proxy)
        // Whoever names a proxy means it for every host: NO_PROXY is for the environment's.
        handle.set(CURLOPT_NOPROXY, "")
    }

    func setTLS(_ handle: EasyHandle) {
        func set(_ source: HTTPClientTLS.Source?, _ file: CURLoption, _ blob: CURLoption) {
            switch source {
            case .file(let path): handle.set(file, path)
            case .pem(let bytes): handle.set(blob, blob: bytes)
            case nil: break
            }
        }
        set(request.tls.authorities, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB)
        set(request.tls.clientCertificate, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB)
        set(request.tls.clientKey, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB)
        // Only the authorities that were named may vouch.
        if request.tls.authorities != nil { handle.set(CURLOPT_CAPATH, pointer: nil) }
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        guard !request.tls.verifiesServer else { return }
        handle.set(CURLOPT_SSL_VERIFYPEER, false)
        handle.set(CURLOPT_SSL_VERIFYHOST, false)
    }

    func setHeaders(_ handle: EasyHandle) {
        // A name without a value takes back what libcurl would add.
        var lines = ["Expect:"]
        if let authority = target.authority, !has("Host") { lines.append("Host: \(authority)") }
        if !has("Content-Type") { lines.append("Content-Type:") }
        if !has("User-Agent") { lines.append("User-Agent: deployd") }
        lines += request.headers.map { name, value in value.isEmpty ? "\(name);" : "\(name): \(value)" }
        handle.set(CURLOPT_HTTPHEADER, pointer: keepHeaders(lines))
    }

    private func has(_ name: String) -> Bool { request.headers.contains { equalIgnoringCase($0.0, name) } }

    func setBody(_ handle: EasyHandle) throws(DeploydError) {
        switch request.body {
        case .none where ["POST", "PUT", "PATCH"].contains(request.method): setPost(handle, [])
        case .none: handle.set(CURLOPT_NOBODY, request.method == "HEAD")
        case .bytes(let bytes): setPost(handle, bytes)
        case .file(let path):
            let upload = try Upload(path)
            keep(upload)
            handle.set(CURLOPT_UPLOAD, true)
            handle.set(CURLOPT_INFILESIZE_LARGE, offset: upload.count)
            handle.onRead(Upload.read, Upload.seek, Unmanaged.passUnretained(upload).toOpaque())
        }
        // Only where the body does not imply it: libcurl would keep to it after a redirect that asks for GET.
        if request.method != impliedMethod { handle.set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    /// The method that libcurl takes by itself.
    private var impliedMethod: String {
        switch request.body {
        case .none: request.method == "HEAD" ? "HEAD" : request.method == "POST" ? "POST" : "GET"
        case .bytes: "POST"
        case .file: "PUT"
        }
    }

    private func setPost(_ handle: EasyHandle, _ bytes: [UInt8]) {
        handle.set(CURLOPT_POST, true)
        // The size first: libcurl copies that many, zeros too.
        handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: bytes.count)
        bytes.withUnsafeBytes { handle.copyPostFields($0) }
    }
}
