import Core
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// A slug of `resource-repos/precanned` that a cluster provides, with values as its definition makes them.
struct PrecannedSlug {
    static let all = [
        PrecannedSlug(slug: "mongodb-kubernetes", image: "docker.io/library/mongo:8.0.10", port: "27017"),
        PrecannedSlug(slug: "postgres-kubernetes", image: "docker.io/library/postgres:17.5", port: "5432"),
        PrecannedSlug(slug: "redis-kubernetes", image: "docker.io/library/redis:7.4.4", port: "6379"),
    ]

    let slug: String
    let image: String
    let port: String

    private static var directory: String {
        "/\(#filePath.split(separator: "/").dropLast(5).joined(separator: "/"))/resource-repos/precanned"
    }

    func definition() throws -> String { try contents("\(PrecannedSlug.directory)/\(slug).yaml") }

    func request(id: String = "01jprecanned", state: Secret? = nil) throws -> ResourceRequest {
        let text = try contents("\(PrecannedSlug.directory)/\(slug).k8s.yaml")
        var request = ResourceRequest.of(
            text, file: "precanned/\(slug).k8s.yaml", slug: slug, id: id,
            values: ["storage": "2", "memory": "512", "image": image, "password": "hunter2"], state: state)
        request.outputs = ["Service.host", "Service.port", "Secret.password"]
        return request
    }
}

extension ResourceRequest {
    /// What `data` of the application `hello` is made of.
    static func of(
        _ text: String, file: String = "acme/store.k8s.yaml", slug: String = "store", id: String = "01jresource",
        application: String = "hello", values: [String: String] = [:], state: Secret? = nil
    ) -> ResourceRequest {
        var request = ResourceRequest(
            id: id, instance: InstanceIdentity(application: application, target: "cluster"), name: "data", slug: slug,
            template: ["file": .string(file), "text": .string(text)], values: values, state: state)
        request.secretValues = Set(values.keys.filter { $0 == "password" })
        return request
    }
}

extension PlayedCluster {
    func resources(patience: Duration = .seconds(60)) -> any ResourceDriver {
        KubernetesResources(KubernetesDriver(parts), patience: patience).inWorld(world)
    }

    /// As the controller of StatefulSets makes it, once it is there.
    func bringUp(_ name: String, ready: Int64 = 1) async throws {
        let isThere = await eventually {
            (try? await self.get("StatefulSet", name, "apps/v1")) != nil
        }
        try #require(isThere, "no StatefulSet \(name)")
        let set = try #require(try await get("StatefulSet", name, "apps/v1"))
        try await setStatus(
            "apps/v1", "StatefulSet", name,
            [
                "observedGeneration": .integer(set.generation ?? 0), "replicas": 1, "readyReplicas": .integer(ready),
                "currentReplicas": 1, "updatedReplicas": 1, "currentRevision": "r1", "updateRevision": "r1",
            ])
    }
}
