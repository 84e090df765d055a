import Core
import Kubernetes

/// What deployd may do on a cluster, asked once for all who want to know.
actor Permissions {
    private static let patience = Duration.seconds(60)

    private let client: KubernetesClient
    private let clock: any WallClock
    private var answers: [AccessQuestion: (task: Task<AccessAnswer, any Error>, time: Timestamp)] = [:]

    init(_ client: KubernetesClient, clock: any WallClock) {
        self.client = client
        self.clock = clock
    }

    /// - Returns: a sentence for each that is not allowed; none where that cannot be asked.
    func problems(_ questions: [AccessQuestion]) async -> [String] {
        var problems: [String] = []
        for question in questions {
            guard let answer = try? await answer(question), !answer.isAllowed else { continue }
            let resource = question.group.isEmpty ? question.resource : "\(question.resource).\(question.group)"
            problems.append(
                "the cluster does not allow deployd to \(question.verb) \(resource) in namespace "
                    + "\(question.namespace ?? "default"): add {apiGroups: [\"\(question.group)\"], resources: "
                    + "[\(question.resource)], verbs: [\(question.verb)]} to a Role bound to it")
        }
        return problems
    }

    private func answer(_ question: AccessQuestion) async throws -> AccessAnswer {
        let now = clock.steady()
        if let known = answers[question], now - known.time < Permissions.patience { return try await known.task.value }
        let task = Task { [client] in try await client.mayI(question) }
        answers[question] = (task, now)
        do { return try await task.value } catch {
            answers[question] = nil
            throw error
        }
    }
}
