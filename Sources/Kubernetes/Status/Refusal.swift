import Core

/// What RBAC says in a message of status 403, taken apart.
///
/// `deployments.apps "web" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments" in API
/// group "apps" in the namespace "prod"`
struct Refusal: Sendable, Equatable {
    let user: String
    let verb: String
    let resource: String
    let group: String
    /// Nil for the whole cluster.
    let namespace: String?

    /// - Returns: nil when it is something else that forbids: a quota, a policy, an end that is near.
    init?(_ message: String) {
        guard let user = Refusal.text(in: message, between: "User \"", and: "\" cannot "),
            let verb = Refusal.text(in: message, between: "\" cannot ", and: " resource \""),
            let resource = Refusal.text(in: message, between: " resource \"", and: "\"")
        else { return nil }
        self.user = user
        self.verb = verb
        self.resource = resource
        group = Refusal.text(in: message, between: "in API group \"", and: "\"") ?? ""
        namespace = Refusal.text(in: message, between: "in the namespace \"", and: "\"")
    }

    /// Who may not make what it wants to apply is told nothing but that (1.20 to date): `services "web" is forbidden: `.
    init?(unexplained message: String, _ subject: RequestSubject) {
        guard subject.verb == "patch", message.hasSuffix(" is forbidden: "), let resource = subject.resource else {
            return nil
        }
        user = "deployd"
        verb = "create"
        self.resource = resource
        group = subject.group
        namespace = subject.namespace
    }

    private static func text(in message: String, between start: String, and end: String) -> String? {
        let bytes = Array(message.utf8)
        guard let from = bytes.firstRange(of: Array(start.utf8))?.upperBound,
            let to = bytes[from...].firstRange(of: Array(end.utf8))?.lowerBound
        else { return nil }
        return String(decoding: bytes[from..<to], as: UTF8.self)
    }

    /// The rule that a Role or ClusterRole lacks.
    var rule: String {
        "{apiGroups: [\"\(group)\"], resources: [\"\(resource)\"], verbs: [\"\(verb)\"]}"
    }

    /// Where the rule goes.
    var role: String { namespace.map { "a Role in namespace \($0)" } ?? "a ClusterRole" }
}
