import Core
import Crypto
import Kubernetes

/// Which fields of an object deployd has applied, as the server keeps it.
///
/// Whoever else changes one of them takes it away from deployd, so as long as the names are the same nothing has drifted,
/// and nothing of the object itself needs to be kept to know that.
enum OwnedFields {
    /// Under which `TrimmedObject` keeps the digest in place of the fields.
    static let digestKey = "deployd"

    /// - Returns: 15 digits, which a `String` holds without memory of its own; empty where deployd has applied nothing.
    static func digest(of object: KubernetesObject) -> String {
        let entries = object["metadata", "managedFields"]
        if let kept = entries?[digestKey]?.string { return kept }
        guard let fields = fields(of: object) else { return "" }
        return String(Digest.sha256(of: fields.bytes).hex.prefix(15))
    }

    /// The tree of `FieldsV1`; nil where deployd has applied nothing.
    static func fields(of object: KubernetesObject) -> JSONValue? {
        object["metadata", "managedFields"]?.array?.first { entry in
            entry["manager"]?.string == KubernetesClient.fieldManager && entry["operation"]?.string == "Apply"
        }?["fieldsV1"]
    }
}
