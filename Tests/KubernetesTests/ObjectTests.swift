import Core
import Kubernetes
import Testing

@Suite struct ObjectTests {
    @Test func knowsWhatAllKindsHave() throws {
        let json = try JSONValue.parse(
            #"""
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "web", "namespace": "prod", "uid": "u", "resourceVersion": "7", "generation": 3,
               "labels": {"a": "b"}, "creationTimestamp": "2026-01-01T00:00:00Z", "deletionTimestamp": null,
               "ownerReferences": [{"kind": "App", "name": "x", "uid": "y", "controller": true}],
               "managedFields": [
                 {"manager": "kubectl", "operation": "Update", "time": "2026-01-02T00:00:00Z", "fieldsV1":
                   {"f:spec": {"f:replicas": {}, "f:containers": {"k:{\"name\":\"c\"}": {".": {}, "f:image": {}}},
                     "f:args": {"v:\"x\"": {}}}}},
                 {"manager": "deployd", "operation": "Apply", "subresource": "status", "fieldsV1": {}}]}}
            """#)
        let object = try #require(KubernetesObject(json))
        #expect(
            [object.apiVersion, object.kind, object.name, object.namespace, object.uid, object.resourceVersion]
                == ["apps/v1", "Deployment", "web", "prod", "u", "7"])
        #expect(object.generation == 3 && object.labels == ["a": "b"] && object.annotations == [:])
        #expect(object.created == Timestamp(rfc3339: "2026-01-01T00:00:00Z") && object.deletionTimestamp == nil)
        #expect(object.owners.map(\.uid) == ["y"] && "\(object.reference)" == "Deployment prod/web")
        #expect(
            object.managers.map { "\($0.name) \($0.applies) \($0.subresource ?? "-") \($0.fields)" } == [
                #"kubectl false - [".spec.args[\"x\"]", ".spec.containers[name=\"c\"].image", ".spec.replicas"]"#,
                "deployd true status []",
            ])
        #expect(object.withoutManagedFields["metadata", "managedFields"] == nil)
        #expect(KubernetesObject(["kind": "Pod"]) == nil)
    }

    @Test func setsAndRemovesValues() throws {
        var object = try #require(KubernetesObject(["apiVersion": "v1", "kind": "Pod"]))
        object.set(["metadata", "labels", "a"], "b")
        #expect(object.labels == ["a": "b"])
        object.set(["metadata", "labels", "a"], nil)
        object.set(["spec", "none"], nil)
        #expect(object.json == ["apiVersion": "v1", "kind": "Pod", "metadata": ["labels": [:]]])
    }
}
