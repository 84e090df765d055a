import Client
import Core

/// Follows what comes of a delivery to its end, and says it as it goes.
struct DeploymentFollower {
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

    private func processed(_ id: String) async throws -> Wire.Delivery {
        while true {
            let delivery = try await client.delivery(id)
            if delivery.status.isFinal { return delivery }
            if delivery.attempts > 0, let reason = delivery.reason { context.console.progress(reason) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func follow(deployment id: String) async throws {
        try await client.followDeploymentLog(id) { bytes in
            context.console.progress(
                String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self))
        }
        let deployment = try await client.deployment(id)
        let place = "\(deployment.application) \(CommandContext.short(deployment.version)) on \(deployment.target)"
        switch deployment.status {
        case .succeeded:
            let instance = try await client.instance(deployment.application, target: deployment.target)
            let urls = instance.entrypoints.values.map(\.url).sorted()
            context.console.line(([place + " runs and is healthy"] + urls).joined(separator: "  "))
        case .superseded, .cancelled:
            context.console.line("\(place): \(deployment.status.rawValue): \(deployment.reason ?? "")")
        default:
            throw DeploydError(
                .invalid, "\(place) \(deployment.status.rawValue): \(deployment.reason ?? "no reason is known")")
        }
    }
}
