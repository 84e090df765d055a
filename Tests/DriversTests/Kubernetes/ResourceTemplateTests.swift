import Core
import Model
import Testing

@testable import Drivers

/// What is wrong with the templates of resources, and with where outputs come from.
@Suite struct ResourceTemplateTests {
    private func problem(_ text: String, _ values: [String: String] = ["password": "hunter2"]) -> String? {
        let request = ResourceRequest.of(text, values: values)
        do throws(DeploydError) {
            _ = try ResourceObjects(request: request, name: "hello-data", namespace: "shop").list()
            return nil
        } catch { return error.message }
    }

    @Test(arguments: [
        (
            "# deployd: substitute\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { k: \"${values.password}\" }\n",
            "acme/store.k8s.yaml:5:12: data.k: '${values.password}' is secret: only a Secret may hold it (stringData), for others "
                + "to refer to"
        ),
        (
            "# deployd: substitute\napiVersion: v1\nkind: Secret\nmetadata: { name: \"${values.nam}\" }\n",
            "acme/store.k8s.yaml:4:1: metadata: a name is needed (metadata.name): deployd knows objects by their names\n"
                + "acme/store.k8s.yaml:4:19: metadata.name: unknown reference '${values.nam}'; did you mean 'values.name'?"
        ),
        (
            "kind: ConfigMap\nmetadata: { name: a }\n",
            "acme/store.k8s.yaml:1:1: apiVersion: every object says its apiVersion and its kind"
        ),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n",
            "acme/store.k8s.yaml:2:1: kind: the namespace is the world's: whoever runs the cluster makes it, and a service's "
                + "objects go into it"
        ),
        (
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: a }\n",
            "acme/store.k8s.yaml:1:1: PersistentVolume a is of the whole cluster: whoever runs the cluster makes it"
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: other }\n",
            "acme/store.k8s.yaml:3:22: metadata.namespace: 'other' is another namespace than the world's, 'shop': leave it out"
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
            "acme/store.k8s.yaml:5:1: ConfigMap a is in acme/store.k8s.yaml:1:1 already"
        ),
        ("# nothing\n", "the template of the slug 'store' has no objects"),
    ])
    func saysWhere(text: String, expected: String) { #expect(problem(text) == expected) }

    @Test func wantsAFile() throws {
        let request = ResourceRequest(
            id: "r", instance: nil, name: "data", slug: "store", template: ["kind": "port"], values: [:], state: nil)
        #expect(throws: DeploydError.self) {
            try ResourceObjects(request: request, name: "shared-data", namespace: "shop").list()
        }
        #expect(ResourceObjects.name(of: request) == "shared-data")
    }

    @Test(arguments: ["Secret", "Service.", "Deployment.password", "a/b/c.d", ".status.x"])
    func refusesOutputs(text: String) {
        #expect(throws: DeploydError.self) { try OutputPath(text) }
    }
}
