public import Core
import Kubernetes
public import Model

extension KubernetesDriver {
    /// - Parameter offset: the time of the last line that was read, in nanoseconds since 1970: logs of pods are cut at their
    ///   beginning while they grow, so that a number of bytes says nothing.
    public func output(
        of workload: Secret, instance: InstanceIdentity, replica: Int, from offset: Int?, maximumBytes: Int
    ) async throws -> LogChunk {
        let state = try KubernetesState(workload)
        let session = try await session()
        try await followPods(session, instance)
        let pods = pods(of: state, instance, session)
        guard pods.indices.contains(replica - 1) else {
            throw DeploydError(.notFound, "there is no replica \(replica): it has \(pods.count)")
        }
        let pod = pods[replica - 1]
        var options = LogOptions(
            container: pod.container, timestamps: true, maximumBytes: min(4 << 20, max(maximumBytes * 2, 64 * 1024)))
        if let offset {
            let now = parts.clock.now().microseconds / 1_000_000
            options.tailLines = nil
            options.sinceSeconds = max(1, Int(now) - offset / 1_000_000_000 + 1)
        } else {
            options.tailLines = max(10, maximumBytes / 80)
        }
        let bytes: [UInt8]
        do {
            bytes = try await session.client.logs(pod: pod.name, namespace: session.namespace, options)
        } catch let error as DeploydError where error.message.contains("is waiting to start") {
            // It has written nothing yet.
            return LogChunk(bytes: [], next: offset ?? 0)
        }
        return PodLog(bytes).chunk(after: offset, maximumBytes: maximumBytes, Redactor(state.secrets))
    }

    /// Of the Deployment that serves, by name.
    private func pods(
        of state: KubernetesState, _ instance: InstanceIdentity, _ session: ClusterSession
    ) -> [(name: String, container: String?)] {
        let objects = session.view.objects(of: OwnershipLabels.owner(instance))
        guard let deployment = state.deployment, let uid = objects[deployment.key]?.uid else { return [] }
        let sets = Set(objects.filter { $0.key.kind == .replicaSet && $0.value.controller == uid }.map(\.value.uid))
        return objects.compactMap { key, object -> (name: String, container: String?)? in
            guard case .pod(let pod) = object.status, object.controller.map(sets.contains) ?? false,
                !object.isBeingDeleted
            else { return nil }
            return (key.name, pod.outputContainer(of: instance.application))
        }.sorted { $0.name < $1.name }
    }
}

/// What a container has written, each line with its time before it.
struct PodLog {
    private let lines: [(time: Int, text: Substring)]

    init(_ bytes: [UInt8]) {
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let time = PodLog.nanoseconds(parts[0]) else { return nil }
            return (time, parts[1])
        }
    }

    /// - Parameter offset: the time of the last line that is known; nil: the end is wanted.
    func chunk(after offset: Int?, maximumBytes: Int, _ redactor: Redactor) -> LogChunk {
        let new = offset.map { offset in lines.filter { $0.time > offset } } ?? lines
        let texts = new.map { (time: $0.time, bytes: Array((redactor.redact(String($0.text)) + "\n").utf8)) }
        var (bytes, next): ([UInt8], Int) = ([], offset ?? 0)
        if offset == nil {
            for line in texts.reversed() {
                guard bytes.count + line.bytes.count <= maximumBytes else { break }
                bytes = line.bytes + bytes
            }
            next = texts.last?.time ?? 0
        } else {
            for line in texts {
                guard bytes.isEmpty || bytes.count + line.bytes.count <= maximumBytes else { break }
                bytes += line.bytes.prefix(maximumBytes)
                next = line.time
            }
        }
        return LogChunk(bytes: bytes, next: next)
    }

    /// Of `2026-01-01T00:00:00.123456789Z`.
    static func nanoseconds(_ text: Substring) -> Int? {
        guard let time = Timestamp(rfc3339: String(text)) else { return nil }
        let fraction = text.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }
        let digits = (String(fraction.prefix(9)) + "000000000").prefix(9)
        let seconds = Int(time.microseconds / 1_000_000)
        return Int(digits).map { seconds * 1_000_000_000 + $0 }
    }
}
