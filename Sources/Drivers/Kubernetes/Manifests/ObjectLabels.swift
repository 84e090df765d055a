import Core
import Crypto
import Model

/// The labels and annotations that objects have: those that Kubernetes recommends, those by which deployd knows what is
/// its own, and the service's.
enum ObjectLabels {
    static let application = "deployd.dev/application"
    static let target = "deployd.dev/target"
    static let environment = "deployd.dev/environment"
    static let role = "deployd.dev/role"
    static let track = "deployd.dev/track"
    /// An annotation: the version as it is, of whatever characters and length.
    static let version = "deployd.dev/version"

    /// An annotation of pods: they are others with each restart.
    static let restart = "deployd.dev/restart"

    /// What deployd decides alone.
    static let reservedDomains = ["deployd.dev", "app.kubernetes.io"]

    /// What pods are there for.
    enum Role: String {
        case service
        case beforeDeploy = "before-deploy"
    }

    /// By which everything of an instance is known.
    static func ownership(_ identity: InstanceIdentity) -> [String: String] {
        [application: value(identity.application), target: value(identity.target)]
    }

    /// As the API selects by labels: everything that is an instance's.
    static func selector(_ identity: InstanceIdentity) -> String {
        ownership(identity).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// What selects the pods that serve; never the version, since selectors may not change.
    /// - Parameter track: nil: those of all tracks.
    static func pods(_ identity: InstanceIdentity, _ track: Track?, role: Role = .service) -> [String: String] {
        var labels = ownership(identity)
        labels[self.role] = role.rawValue
        if let track { labels[self.track] = track.label }
        return labels
    }

    /// Of every object.
    static func object(_ workload: KubernetesWorkload, version: Bool = false) -> [String: String] {
        var labels = workload.spec.labels.filter { !$0.key.hasPrefix("deployd.dev/") }
        labels.merge(ownership(workload.identity)) { _, own in own }
        labels[environment] = value(workload.environment)
        labels["app.kubernetes.io/name"] = value(workload.identity.application)
        labels["app.kubernetes.io/instance"] = value("\(workload.identity.application)-\(workload.identity.target)")
        labels["app.kubernetes.io/managed-by"] = "deployd"
        if version { labels["app.kubernetes.io/version"] = value(workload.version) }
        return labels
    }

    /// Of pods: they are another's wherever the version is.
    static func pod(_ workload: KubernetesWorkload, role: Role) -> [String: String] {
        object(workload, version: true).merging(
            pods(workload.identity, role == .service ? workload.track : nil, role: role)
        ) { _, own in own }
    }

    static func isReserved(_ key: String) -> Bool {
        let domain = key.split(separator: "/").first.map(String.init) ?? ""
        return key.contains("/") && reservedDomains.contains(domain)
    }

    /// `text` as a label's value: at most 63 letters, digits, `-`, `_` and `.`, with a digest where that changes it.
    static func value(_ text: String) -> String {
        guard !LabelRules.isValue(text) else { return text }
        let plain = String(
            decoding: text.utf8.map { isPlain($0) || "-_.".utf8.contains($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        var start = plain.prefix(54)
        while let last = start.utf8.last, !isPlain(last) { start.removeLast() }
        while let first = start.utf8.first, !isPlain(first) { start.removeFirst() }
        return start.isEmpty ? ObjectNames.hash(text) : "\(start)-\(ObjectNames.hash(text))"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
