import Core
import Kubernetes
import Model

/// What a person needs of a pod that fails: what it wrote last, and what the cluster says of it.
struct FailureReport: Sendable {
    private static let lines = 20
    private static let bytes = 8 * 1024

    let client: KubernetesClient
    let namespace: String
    let redactor: Redactor

    /// The sentence, with the last lines of the container below it where there are any.
    func message(_ sentence: String, _ trouble: PodTrouble?, pod: String?) async -> String {
        guard let pod else { return sentence }
        if let trouble, let container = trouble.container {
            let lines = await lastLines(of: container, pod, previous: trouble.isOfPreviousRun)
            return ([sentence + (lines.isEmpty ? "; it wrote nothing" : "; its last lines:")] + lines)
                .joined(separator: "\n")
        }
        guard trouble == nil, let event = await lastWarning(of: pod) else { return sentence }
        return "\(sentence): \(event)"
    }

    private func lastLines(of container: String, _ pod: String, previous: Bool) async -> [String] {
        // The run before is gone where a pod is new; then this one has said it.
        for previous in previous ? [true, false] : [false] {
            let options = LogOptions(
                container: container, tailLines: FailureReport.lines, previous: previous,
                maximumBytes: FailureReport.bytes)
            guard let bytes = try? await client.logs(pod: pod, namespace: namespace, options), !bytes.isEmpty else {
                continue
            }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
                .suffix(FailureReport.lines).map { redactor.redact(String($0)) }
        }
        return []
    }

    /// `Readiness probe failed: connection refused`
    private func lastWarning(of pod: String) async -> String? {
        let events = ResourceType(group: "", version: "v1", kind: "Event", plural: "events", isNamespaced: true)
        let options = ListOptions(
            fieldSelector: "involvedObject.kind=Pod,involvedObject.name=\(pod),type=Warning", pageSize: 100,
            maximumObjects: 500)
        let found = try? await client.list(events, namespace: namespace, options).items
        func time(_ event: KubernetesObject) -> String {
            event["lastTimestamp"]?.string ?? event["eventTime"]?.string ?? ""
        }
        let last = found?.max { time($0) < time($1) }
        return last?["message"]?.string.map { redactor.redact(String($0.prefix(500))) }
    }
}
