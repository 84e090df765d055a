import Core
import HTTPClient

extension CommandEntry {
    static let doctor = CommandEntry(
        CommandSpec(
            "doctor", summary: "Checks that the server can work", options: [OptionSpec.server],
            discussion:
                "Needs no token. Exit status 0 when /healthz and /readyz answer 200, also where it works with the worlds of before because the new ones have errors; that is said."
        )
    ) { context in
        let server = try context.serverAddress()
        let session = HTTPClientSession()
        for path in ["/healthz", "/readyz"] {
            let response: HTTPClientResponse
            do {
                response = try await session.send(HTTPClientRequest("GET", server + path, timeout: .seconds(5)))
            } catch {
                throw DeploydError(
                    .unavailable,
                    "\(server)\(path) does not answer; is the server running? start it with `deployd serve`",
                    cause: error)
            }
            guard response.status == 200 else {
                throw DeploydError(
                    .unavailable, "\(server)\(path) answered \(response.status): \(response.text.prefix(500).printable)"
                )
            }
            let isDegraded = response.text.hasPrefix("degraded")
            let lines = response.text.split(separator: "\n").map { String($0.prefix(500)).printable }
            context.console.line("\(path): \(isDegraded ? lines.joined(separator: "\n  ") : "ok")")
        }
    }
}

extension Substring {
    fileprivate var printable: String { String(self).printable }
}
