import Core
import HTTPClient

extension APIClient {
    /// Reads a growing text to its end. After a break it goes on where it was, which the server's header
    /// `Deployd-Log-Offset` says for the first byte.
    func follow(
        _ segments: [String], query more: [(String, String?)] = [], from start: Int?,
        _ receive: ([UInt8]) throws -> Void
    ) async throws {
        var position = start
        var reconnection = Reconnection(patience: .seconds(60))
        while true {
            let query = [("follow", "true"), ("from", position.map(String.init))] + more
            do {
                let stream = try await stream(APICall("GET", segments, query: query))
                position = stream.header("Deployd-Log-Offset").flatMap { Int($0) } ?? position
                for try await bytes in stream {
                    reconnection.succeeded()
                    try receive(bytes)
                    position = position.map { $0 + bytes.count }
                }
                return
            } catch let error as DeploydError where error.code == .unavailable {
                try await reconnection.wait(after: error)
            }
        }
    }
}
