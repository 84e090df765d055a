import Core
import Formats

/// `HEALTHCHECK`, where it asks for a URL of this host.
enum DockerfileHealth {
    private static let hosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"]

    /// - Parameter ports: gets the URL's where the image names none.
    static func read(
        _ stage: DockerfileStage, _ ports: inout [ServiceDraft.Port]
    ) -> (health: ServiceDraft.Health?, notes: [String]) {
        guard let check = stage.healthCheck else { return (nil, []) }
        let words: [String] =
            switch check.command {
            case .exec(let words): words.flatMap { ShellWords.split($0) }
            case .shell(let text): ShellWords.split(text)
            }
        guard let url = words.first(where: { $0.hasPrefix("http://") || $0.hasPrefix("https://") }) else {
            return (nil, ["the HEALTHCHECK asks for no URL: health is to be filled in"])
        }
        guard let (path, number) = parts(of: url, stage) else {
            return (nil, ["the HEALTHCHECK's '\(url)' is left out: deployd asks for a path of the service itself"])
        }
        if ports.isEmpty { ports = [ServiceDraft.Port(name: "http", number: number)] }
        let port = ports.first { $0.number == number }?.name
        var health = ServiceDraft.Health(path: path, port: port == "http" ? nil : port)
        health.interval = duration(check.options["interval"], within: .seconds(1) ... .seconds(3600))
        health.timeout = duration(check.options["timeout"], within: .milliseconds(10) ... .seconds(300))
        health.deadline = duration(check.options["start-period"], within: .seconds(60) ... .seconds(3600))
        return (health, [])
    }

    /// `http://localhost:5000/healthz` → `/healthz`, 5000
    private static func parts(of url: String, _ stage: DockerfileStage) -> (path: String, port: Int)? {
        guard url.hasPrefix("http://") else { return nil }
        var values: [String: String] = [:]
        for variable in stage.environment { values[variable.name] = variable.value }
        let (text, isKnown) = DockerfileVariables(values: values).replaced(in: String(url.dropFirst(7)))
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        let path = text.dropFirst(authority.count)
        let port = authority.split(separator: ":").last.flatMap { Int($0) }
        let host = port == nil ? authority : authority.dropLast("\(port ?? 0)".count + 1)
        guard isKnown, hosts.contains(String(host)), (1...65_535).contains(port ?? 80),
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return (path.hasPrefix("/") ? String(path) : "/\(path)", port ?? 80)
    }

    private static func duration(_ text: String?, within range: ClosedRange<Duration>) -> String? {
        guard let text, let duration = Quantity.duration(text), range.contains(duration) else { return nil }
        return text
    }
}
