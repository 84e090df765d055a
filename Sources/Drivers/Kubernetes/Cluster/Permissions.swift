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

    /// - Returns: a sentence for each kind of object with what is not allowed; none where that cannot be asked.
    func problems(_ questions: [AccessQuestion]) async -> [String] {
        // All are under way before the first is waited for; the client bounds how many at once.
        let asked = questions.map { ($0, answer($0)) }
        var missing: [(question: AccessQuestion, verbs: [String])] = []
        for (question, task) in asked {
            guard let answer = try? await task.value, !answer.isAllowed else { continue }
            if let index = missing.firstIndex(where: { $0.question.isAbout(question) }) {
                missing[index].verbs.append(question.verb)
            } else {
                missing.append((question, [question.verb]))
            }
        }
        return missing.map(Permissions.sentence)
    }

    private static func sentence(of question: AccessQuestion, _ verbs: [String]) -> String {
        let resource = question.group.isEmpty ? question.resource : "\(question.resource).\(question.group)"
        let list = verbs.joined(separator: ", ")
        return
            "the cluster does not allow deployd to \(list) \(resource) in namespace \(question.namespace ?? "default"): "
            + "add {apiGroups: [\"\(question.group)\"], resources: [\(question.resource)], verbs: [\(list)]} to a Role bound to it"
    }

    private func answer(_ question: AccessQuestion) -> Task<AccessAnswer, any Error> {
        let now = clock.steady()
        if let known = answers[question], now - known.time < Permissions.patience { return known.task }
        let task = Task { [client] in
            do {
                let answer = try await client.mayI(question)
                // Whoever adds what is missing is not told of it again.
                if !answer.isAllowed { self.forget(question) }
                return answer
            } catch {
                self.forget(question)
                throw error
            }
        }
        answers[question] = (task, now)
        return task
    }

    private func forget(_ question: AccessQuestion) { answers[question] = nil }
}

extension AccessQuestion {
    /// Whether another one differs in its verb only.
    fileprivate func isAbout(_ other: AccessQuestion) -> Bool {
        (group, resource, subresource, namespace, name)
            == (other.group, other.resource, other.subresource, other.namespace, other.name)
    }
}
