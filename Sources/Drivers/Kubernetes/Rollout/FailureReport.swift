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
            return await message(sentence, container, pod, previous: trouble.isOfPreviousRun)
        }
        guard trouble == nil else { return sentence }
        do throws(DeploydError) {
            return try await lastWarning(of: pod).map { "\(sentence): \($0)" } ?? sentence
        } catch {
            return error.code == .forbidden ? "\(sentence); why is not known: \(error.message)" : sentence
        }
    }

    private func message(_ sentence: String, _ container: String, _ pod: String, previous: Bool) async -> String {
        // The run before is gone where a pod is new; then this one has said it.
        for previous in previous ? [true, false] : [false] {
            let options = LogOptions(
                container: container, tailLines: FailureReport.lines, previous: previous,
                maximumBytes: FailureReport.bytes)
            do {
                let bytes = try await client.logs(pod: pod, namespace: namespace, options)
                guard !bytes.isEmpty else { continue }
                let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
                    .suffix(FailureReport.lines).map { redactor.redact(String($0)) }
                return (["\(sentence); its last lines:"] + lines).joined(separator: "\n")
            } catch let error as DeploydError where error.code == .forbidden {
                return "\(sentence); what it wrote is not known: \(error.message)"
            } catch {
                continue
            }
        }
        return "\(sentence); it wrote nothing"
    }

    /// `Readiness probe failed: connection refused`
    private func lastWarning(of pod: String) async throws(DeploydError) -> String? {
        let events = ResourceType(group: "", version: "v1", kind: "Event", plural: "events", isNamespaced: true)
        let options = ListOptions(
            fieldSelector: "involvedObject.kind=Pod,involvedObject.name=\(pod),type=Warning", pageSize: 100,
            maximumObjects: 500)
        let found: [KubernetesObject]
        do { found = try await client.list(events, namespace: namespace, options).items } catch {
            throw DeploydError.wrapping(error, "the pod's events cannot be read")
        }
        func time(_ event: KubernetesObject) -> String {
            event["lastTimestamp"]?.string ?? event["eventTime"]?.string ?? ""
        }
        // What a probe has said tells more than what is said of every pod (of a cluster without a DNS service, for one).
        let probes = found.filter { $0["reason"]?.string == "Unhealthy" }
        let last = (probes.isEmpty ? found : probes).max { time($0) < time($1) }
        return last?["message"]?.string.map { redactor.redact(String($0.prefix(500))) }
    }
}
