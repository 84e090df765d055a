import CLI
import Core
import Engine
import Formats
import Glibc
import Model

/// What `deployd serve` was told.
struct ServeOptions: Sendable {
    let worlds: String
    let resourceRepositories: String
    /// Absolute.
    let data: String
    let listen: String
    let allowsLocalRepositories: Bool
    let logLevel: Log.Level
    /// How often code repositories are looked at; nil: never.
    let sweepInterval: Duration?
    /// How long a push waits for an image that is not in its registry yet.
    let imageWait: Duration
    let deliveryLimits: DeliveryLimits
    let environment: [String: String]

    /// - Throws: `UsageError`, or `.invalid` when no data directory can be derived.
    init(_ arguments: ParsedArguments, environment: [String: String]) throws {
        worlds = try ServeOptions.folder("--worlds", arguments) ?? "worlds"
        resourceRepositories = try ServeOptions.folder("--resource-repos", arguments) ?? "resource-repos"
        listen = arguments.value("--listen") ?? "127.0.0.1:8420"
        allowsLocalRepositories = arguments.has("--allow-local-repositories")
        self.environment = environment
        let level = arguments.value("--log-level") ?? "info"
        guard let known = Log.Level(level) else {
            throw UsageError("--log-level is debug, info, warning or error, not '\(level)'", command: "serve")
        }
        logLevel = known
        sweepInterval = try ServeOptions.sweepInterval(arguments.value("--sweep-interval"))
        imageWait = try ServeOptions.imageWait(arguments.value("--image-wait"))
        let limits = DeliveryLimits()
        deliveryLimits = DeliveryLimits(
            total: try ServeOptions.count("--max-deliveries", arguments) ?? limits.total,
            perRepository: try ServeOptions.count("--max-repository-deliveries", arguments) ?? limits.perRepository)
        data = try DataPath.find(arguments.value("--data"), environment: environment, command: "serve")
    }

    /// A folder that is named must be there: without one the server would run pushed code in the world `local`.
    private static func folder(_ option: String, _ arguments: ParsedArguments) throws -> String? {
        guard let path = arguments.value(option) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw DeploydError(.notFound, "\(option): \(path) is not a folder; make it, or leave the option out")
        }
        return path
    }

    private static func count(_ option: String, _ arguments: ParsedArguments) throws -> Int? {
        guard let text = arguments.value(option) else { return nil }
        guard let count = Int(text), (1...1_000_000).contains(count) else {
            throw UsageError("\(option) is a number from 1 to 1000000, not '\(text)'", command: "serve")
        }
        return count
    }

    private static func sweepInterval(_ text: String?) throws -> Duration? {
        guard let text else { return SweepLoop.defaultInterval }
        guard text != "off" else { return nil }
        guard let interval = Quantity.duration(text), interval >= .seconds(1) else {
            throw UsageError(
                "--sweep-interval is a time of at least 1s, such as 5m, or off, not '\(text)'", command: "serve")
        }
        return interval
    }

    private static func imageWait(_ text: String?) throws -> Duration {
        guard let text else { return ImageWait.usualLimit }
        guard text != "off" else { return .zero }
        guard let limit = Quantity.duration(text), (.seconds(1)...maximumImageWait).contains(limit) else {
            throw UsageError(
                "--image-wait is a time from 1s to 24h, such as 15m, or off, not '\(text)'", command: "serve")
        }
        return limit
    }

    private static let maximumImageWait = Duration.seconds(86_400)

    /// Whether only this machine can reach the server.
    var isLoopback: Bool {
        listen.hasPrefix("127.") || listen.hasPrefix("localhost:") || listen.hasPrefix("[::1]:")
    }
}
