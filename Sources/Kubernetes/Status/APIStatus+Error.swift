import Core
import Formats

extension APIStatus {
    /// The refusal as an error whose sentence says what to do.
    /// - Parameter cluster: for the message.
    func error(for subject: RequestSubject, cluster: String) -> DeploydError {
        let (code, sentence) = meaning(subject, cluster)
        var metadata = ["status": "\(self.code)", "reason": reason, "verb": subject.verb]
        metadata["resource"] = subject.resource.map { _ in subject.resourceName }
        metadata["namespace"] = subject.namespace
        metadata["name"] = subject.name
        return DeploydError(code, sentence, metadata: metadata, cause: self)
    }

    private func meaning(_ subject: RequestSubject, _ cluster: String) -> (DeploydError.Code, String) {
        if let denial { return denial }
        return switch code {
        case 401:
            (
                .unauthenticated,
                "\(cluster) does not accept deployd's credentials: renew the token or certificate"
            )
        case 403: (.forbidden, forbidden(subject))
        case 404: (.notFound, notFound(subject, cluster))
        case 405, 406, 415:
            (.invalid, "\(cluster) cannot \(subject.verb) \(subject.description): \(message)")
        case 409: conflict(subject)
        case 410:
            (.preconditionFailed, "what was known of \(subject.resourceName) is too old: \(message)")
        case 413: (.tooLarge, "\(subject.description) is larger than \(cluster) takes: \(message)")
        case 400, 422: (.invalid, "\(cluster) refuses \(subject.description): \(details)")
        case 429: (.exhausted, "\(cluster) has too much to do: try again later")
        case 502, 503: (.unavailable, "\(cluster) cannot answer now: \(details)")
        case 504:
            (
                .timedOut,
                "\(cluster) did not manage to \(subject.verb) \(subject.description) in time: \(details)"
            )
        case 500... where misfit != nil:
            (.invalid, "\(cluster) refuses \(subject.description): \(misfit ?? message)")
        case 500...:
            (.unavailable, "\(cluster) failed to \(subject.verb) \(subject.description): \(details)")
        default:
            (.unavailable, "\(cluster) answers with status \(code), which no API server does: \(message)")
        }
    }

    /// What an admission webhook or policy says; its own status may be any.
    private var denial: (DeploydError.Code, String)? {
        guard message.hasPrefix("admission webhook \"") || message.contains("ValidatingAdmissionPolicy")
        else {
            return nil
        }
        return (.forbidden, "the cluster's \(message)")
    }

    private func forbidden(_ subject: RequestSubject) -> String {
        if let refusal = Refusal(message) ?? Refusal(unexplained: message, subject) {
            let place = refusal.namespace.map { " in namespace \($0)" } ?? ""
            let resource =
                refusal.group.isEmpty ? refusal.resource : "\(refusal.resource).\(refusal.group)"
            return "the cluster does not allow \(refusal.user) to \(refusal.verb) \(resource)\(place): "
                + "add \(refusal.rule) to \(refusal.role) bound to it"
        }
        if causes.contains(where: { $0.reason == "NamespaceTerminating" })
            || message.contains("being terminated")
        {
            return
                "the namespace \(subject.namespace ?? "") is being deleted: wait for its end, and make it anew"
        }
        return "the cluster does not allow to \(subject.verb) \(subject.description): \(message)"
    }

    private func notFound(_ subject: RequestSubject, _ cluster: String) -> String {
        if resource == "namespaces", subject.resource != "namespaces", let name {
            return "the namespace \(name) does not exist: make it (kubectl create namespace \(name))"
        }
        guard name != nil || !reason.isEmpty,
            message != "the server could not find the requested resource"
        else {
            return "\(cluster) does not know \(subject.resourceName)"
        }
        return "there is no \(subject.description)"
    }

    private func conflict(_ subject: RequestSubject) -> (DeploydError.Code, String) {
        let conflicts = fieldConflicts
        if !conflicts.isEmpty {
            let shown = conflicts.prefix(5).map { "\($0.field) (\($0.manager))" }.joined(separator: ", ")
            let more = conflicts.count > 5 ? " and \(conflicts.count - 5) more" : ""
            return (
                .conflict,
                "others manage fields of \(subject.description) that would change: \(shown)\(more)"
            )
        }
        if alreadyExists { return (.conflict, "\(subject.description) exists already") }
        if failsPrecondition {
            return (.preconditionFailed, "\(subject.description) is another one by now: \(message)")
        }
        return (.conflict, "\(subject.description) was changed meanwhile: \(message)")
    }

    /// `.data.a: expected string, got (1)`: an object that has not the form of its kind, which servers call an error of their
    /// own when it is applied.
    private var misfit: String? {
        guard let mark = message.firstRange(of: "failed to create typed patch object"),
            let colon = message[mark.upperBound...].firstRange(of: ": ")
        else { return nil }
        return String(message[colon.upperBound...]).replacing("&value.valueUnstructured{Value:", with: "(")
            .replacing("}", with: ")")
    }

    /// The causes say more exactly what the message sums up.
    private var details: String {
        let places = causes.prefix(10).map { cause in
            cause.field.isEmpty ? cause.message : "\(cause.field): \(cause.message)"
        }.filter { !$0.isEmpty }
        return places.isEmpty ? message : places.joined(separator: "; ")
    }
}
