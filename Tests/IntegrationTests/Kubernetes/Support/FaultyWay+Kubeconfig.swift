import TestSupport
import Testing

extension FaultyWay {
    /// To the API server of a kubeconfig, where that is on this machine.
    /// - Parameter copy: where a kubeconfig is written that takes this way.
    init(_ kubeconfig: String, copy: String) async throws {
        let text = readFile(kubeconfig)
        let start = "server: https://127.0.0.1:"
        let port = text.split(separator: "\n").compactMap { line -> Int? in
            let line = line.drop { $0 == " " }
            return line.hasPrefix(start) ? Int(line.dropFirst(start.count)) : nil
        }.first
        try await self.init(to: try #require(port, "\(kubeconfig) has no server on 127.0.0.1"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains(start) ? "    \(start)\(self.port)" : String(line)
        }
        try TextFile.write(lines.joined(separator: "\n"), to: copy)
    }
}
