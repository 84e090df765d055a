import Client
import Core

/// Follows what comes of a delivery to its end, and says it as it goes.
struct DeploymentFollower {
    private static let pause = Duration.milliseconds(100)
    /// How long a server that does not answer is waited for: it may be restarted, and what was accepted goes on.
    private static let patience = Duration.seconds(60)

    let context: CommandContext
    let client: APIClient

    /// - Returns: the processed delivery.
    /// - Throws: when the delivery or one of its deployments fails.
    func follow(_ id: String) async throws -> Wire.Delivery {
        let delivery = try await processed(id)
        guard delivery.status != .failed else {
            throw DeploydError(.invalid, delivery.reason ?? "delivery \(id) failed")
        }
        if let reason = delivery.reason { context.console.progress(reason) }
        if delivery.deployments.isEmpty { context.console.progress("nothing had to be deployed") }
        for deployment in delivery.deployments { try await follow(deployment: deployment) }
        return delivery
    }

    /// The server bounds how often it tries; each of its reasons is said once.
    private func processed(_ id: String) async throws -> Wire.Delivery {
        var said: String?
        while true {
            let delivery = try await patiently { try await client.delivery(id) }
            if delivery.status.isFinal { return delivery }
            if let reason = delivery.reason, reason != said {
                context.console.progress(reason)
                said = reason
            }
            try await Task.sleep(for: DeploymentFollower.pause)
        }
    }

    /// - Throws: when it fails.
    func follow(deployment id: String) async throws {
        let log = context.console.shown(asNote: true)
        try await client.followDeploymentLog(id) { context.console.progress(bytes: log.show($0)) }
        context.console.progress(bytes: log.finish())
        let deployment = try await ended(id)
        let place = "\(deployment.application) \(CommandContext.short(deployment.version)) on \(deployment.target)"
        switch deployment.status {
        case .succeeded:
            let instance = try await patiently {
                try await client.instance(deployment.application, target: deployment.target)
            }
            let urls = instance.entrypoints.values.map(\.url).sorted()
            say(([place + " runs and is healthy"] + urls).joined(separator: "  "))
        case .superseded, .cancelled:
            say("\(place): \(deployment.status.rawValue): \(deployment.reason ?? "")")
        case .failed, .pending, .running:
            throw DeploydError(.invalid, "\(place) failed: \(deployment.reason ?? "no reason is known")")
        }
    }

    /// The log may end a moment before the deployment does.
    private func ended(_ id: String) async throws -> Wire.Deployment {
        while true {
            let deployment = try await patiently { try await client.deployment(id) }
            if deployment.status.isFinal { return deployment }
            try await Task.sleep(for: DeploymentFollower.pause)
        }
    }

    private func patiently<Value: Sendable>(_ ask: () async throws -> Value) async throws -> Value {
        let end = ContinuousClock.now + DeploymentFollower.patience
        while true {
            do { return try await ask() } catch let error as DeploydError {
                guard error.code == .unavailable, ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: DeploymentFollower.pause)
            }
        }
    }

    /// A result; beside JSON it is a note.
    private func say(_ text: String) {
        if context.wantsJSON { context.console.progress(text) } else { context.console.line(text) }
    }
}
