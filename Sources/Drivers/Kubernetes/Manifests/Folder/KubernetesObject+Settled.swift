import Core
import Crypto
import Kubernetes

extension KubernetesObject {
    /// As it is applied: a Secret's `stringData` within its `data`, where server-side apply sees what goes, and nothing of
    /// what the cluster keeps itself.
    var settled: KubernetesObject {
        var object = self
        object.set(["status"], nil)
        for key in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink"] {
            object.set(["metadata", key], nil)
        }
        guard kind == "Secret", let texts = self["stringData"]?.object else { return object }
        let data = (self["data"]?.object ?? [:]).merging(texts.compactMapValues(KubernetesObject.encoded)) { _, text in
            text
        }
        object.set(["stringData"], nil)
        object.set(["data"], .object(data))
        return object
    }

    /// What is no text stays as it is, for the API server to refuse.
    private static func encoded(_ value: JSONValue) -> JSONValue? {
        value.string.map { .string(Base64.encode($0.utf8)) } ?? value
    }
}
