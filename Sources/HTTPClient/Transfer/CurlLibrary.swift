import CCurl
import Core

/// libcurl, which is loaded when it is first needed.
enum CurlLibrary {
    /// Must have succeeded before any other call: whatever makes one of libcurl's objects begins with it.
    /// - Throws: `internal` when libcurl is not there or cannot start.
    static func load() throws(DeploydError) {
        guard let failure else { return }
        throw DeploydError(.internal, "libcurl cannot be used: install libcurl4 (\(failure))")
    }

    /// Once in a process.
    private static let failure = ccurl_start().map { String(cString: $0) }
}
