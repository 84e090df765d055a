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

    /// - Throws: `internal` when libcurl cannot start.
    init() throws(DeploydError) {
        guard MultiHandle.initialized == CURLE_OK, let pointer = curl_multi_init() else {
            throw DeploydError(.internal, "libcurl could not start")
        }
        self.pointer = pointer
        _ = deployd_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, MultiHandle.keptConnections)
        _ = deployd_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, MultiHandle.maximumConnections)
    }

    /// Once in a process, with the first session that sends.
    private static let initialized = deployd_curl_global_init()

    func wakeUp() { curl_multi_wakeup(pointer) }

    deinit { curl_multi_cleanup(pointer) }
}
