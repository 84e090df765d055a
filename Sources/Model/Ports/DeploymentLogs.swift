/// The growing log of each deployment, bounded in size.
public protocol DeploymentLogs: Sendable {
    /// Adds lines in the order of the calls; past the bound they are dropped and one line says so.
    func append(_ lines: [String], to deployment: String)

    /// - Parameter offset: bytes from the start.
    /// - Returns: at most `maximumBytes` from there, whole lines; empty when nothing is there yet.
    func read(_ deployment: String, from offset: Int, maximumBytes: Int) async throws -> LogChunk
}
