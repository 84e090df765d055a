import CCurl
import Core

/// Owns a `CURLM`.
final class MultiHandle: @unchecked Sendable {
    // Unchecked: only the curl thread uses it, except curl_multi_wakeup, which libcurl allows from any thread.
    let pointer: UnsafeMutableRawPointer

    /// Idle connections kept for reuse.
    private static let keptConnections = 64
    /// Connections open at once; further transfers wait for one within their own time limits.
    private static let maximumConnections = 512

    /// - Throws: `internal` when libcurl is not there or cannot start.
    init() throws(DeploydError) {
        try CurlLibrary.load()
        guard let pointer = ccurl_multi_init() else { throw DeploydError(.internal, "libcurl could not start") }
        self.pointer = pointer
        _ = ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, MultiHandle.keptConnections)
        _ = ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, MultiHandle.maximumConnections)
    }

    func wakeUp() { ccurl_multi_wakeup(pointer) }

    deinit { ccurl_multi_cleanup(pointer) }
}
