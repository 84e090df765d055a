import Core
import HTTPClient

extension APIClient {
    /// GET /api/v1/backup
    /// - Parameter receive: gets the archive's bytes as they come.
    /// - Returns: how many there were.
    /// - Throws: `.unavailable` when the archive ends too early, and what `receive` throws.
    @discardableResult
    public func backup(_ receive: ([UInt8]) throws -> Void) async throws -> Int {
        var call = APICall("GET", ["backup"])
        // It is made before the answer begins.
        call.timeout = .seconds(3600)
        let stream = try await stream(call)
        var count = 0
        for try await bytes in stream {
            try receive(bytes)
            count += bytes.count
        }
        guard stream.header("Deployd-Backup-Size") == "\(count)" else {
            throw DeploydError(.unavailable, "the backup broke off after \(count) bytes; try again")
        }
        return count
    }
}
