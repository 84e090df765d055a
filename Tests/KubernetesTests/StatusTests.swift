import Core
import Testing

@testable import Kubernetes

@Suite struct StatusTests {
    private static let deployments = ResourceType(
        group: "apps", version: "v1", kind: "Deployment", plural: "deployments", isNamespaced: true)

    private func error(_ code: Int, _ body: String, _ header: String? = nil) -> DeploydError {
        APIStatus(code: code, body: Array(body.utf8), retryAfter: header).error(
            for: RequestSubject("patch", Self.deployments, namespace: "prod", name: "web"), cluster: "CLUSTER")
    }

    private func status(_ reason: String, _ message: String, _ details: String = "{}") -> String {
        let quoted = JSONValue.string(message).text
        return #"{"kind": "Status", "reason": "\#(reason)", "message": \#(quoted), "details": \#(details)}"#
    }

    @Test func saysWhatToDo() {
        let conflicts = #"""
            {"causes": [
            {"reason": "FieldManagerConflict", "message": "conflict with \"kubectl\" using apps/v1", "field": ".spec.replicas"},
            {"reason": "FieldManagerConflict", "message": "conflict with \"hpa\" with subresource \"scale\"", "field": ".a"}]}
            """#
        let rbac =
            #"deployments.apps "web" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "#
            + #""deployments" in API group "apps" in the namespace "prod""#
        let node = #"nodes is forbidden: User "u" cannot list resource "nodes" in API group "" at the cluster scope"#
        let cases: [(Int, String, DeploydError.Code, String)] = [
            (
                401, status("Unauthorized", "Unauthorized"), .unauthenticated,
                "CLUSTER does not accept deployd's credentials: renew the token or certificate"
            ),
            (
                403, status("Forbidden", rbac), .forbidden,
                "the cluster does not allow system:serviceaccount:a:b to patch deployments.apps in namespace prod: add "
                    + #"{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]} to a Role in namespace prod "#
                    + "bound to it"
            ),
            (
                403, status("Forbidden", #"deployments.apps "web" is forbidden: "#), .forbidden,
                "the cluster does not allow deployd to create deployments.apps in namespace prod: add "
                    + #"{apiGroups: ["apps"], resources: ["deployments"], verbs: ["create"]} to a Role in namespace prod "#
                    + "bound to it"
            ),
            (
                403, status("Forbidden", node), .forbidden,
                "the cluster does not allow u to list nodes: add "
                    + #"{apiGroups: [""], resources: ["nodes"], verbs: ["list"]} to a ClusterRole bound to it"#
            ),
            (
                500,
                status(
                    "InternalError",
                    "failed to create typed patch object (/x; /v1, Kind=ConfigMap): .data.a: expected string, got "
                        + "&value.valueUnstructured{Value:1}"),
                .invalid,
                "CLUSTER refuses deployments.apps web in namespace prod: .data.a: expected string, got (1)"
            ),
            (
                403, status("Forbidden", "exceeded quota: q, requested: cpu=1"), .forbidden,
                "the cluster does not allow to patch deployments.apps web in namespace prod: exceeded quota: q, "
                    + "requested: cpu=1"
            ),
            (
                403, status("Forbidden", "unable to", #"{"causes": [{"reason": "NamespaceTerminating"}]}"#), .forbidden,
                "the namespace prod is being deleted: wait for its end, and make it anew"
            ),
            (
                404, status("NotFound", "x", #"{"name": "prod", "kind": "namespaces"}"#), .notFound,
                "the namespace prod does not exist: make it (kubectl create namespace prod)"
            ),
            (
                404, status("NotFound", "x", #"{"name": "web", "group": "apps", "kind": "deployments"}"#), .notFound,
                "there is no deployments.apps web in namespace prod"
            ),
            (
                404, status("NotFound", "the server could not find the requested resource"), .notFound,
                "CLUSTER does not know deployments.apps"
            ),
            (404, "404 page not found", .notFound, "CLUSTER does not know deployments.apps"),
            (
                409, status("Conflict", "Apply failed", conflicts), .conflict,
                "others manage fields of deployments.apps web in namespace prod that would change: "
                    + ".spec.replicas (kubectl), .a (hpa)"
            ),
            (
                409, status("AlreadyExists", "x"), .conflict, "deployments.apps web in namespace prod exists already"
            ),
            (
                409, status("Conflict", "Precondition failed: UID"), .preconditionFailed,
                "deployments.apps web in namespace prod is another one by now: Precondition failed: UID"
            ),
            (
                410, status("Expired", "too old"), .preconditionFailed,
                "what was known of deployments.apps is too old: too old"
            ),
            (
                422, status("Invalid", "m", #"{"causes": [{"field": "spec.a", "message": "must be b"}]}"#), .invalid,
                "CLUSTER refuses deployments.apps web in namespace prod: spec.a: must be b"
            ),
            (
                400, status("BadRequest", #"admission webhook "w.example" denied the request: no"#), .forbidden,
                #"the cluster's admission webhook "w.example" denied the request: no"#
            ),
            (429, status("TooManyRequests", "x"), .exhausted, "CLUSTER has too much to do: try again later"),
            (
                500, status("InternalError", #"failed calling webhook "w": timeout"#), .unavailable,
                "CLUSTER failed to patch deployments.apps web in namespace prod: failed calling webhook \"w\": timeout"
            ),
            (503, "<html>", .unavailable, "CLUSTER cannot answer now: <html>"),
            (302, "", .unavailable, "CLUSTER answers with status 302, which no API server does: "),
        ]
        for (code, body, kind, message) in cases {
            let error = error(code, body)
            #expect([error.code.rawValue, error.message] == [kind.rawValue, message])
        }
    }

    @Test func knowsWhatProgramsAskFor() {
        let waits = [
            error(429, "", "7"), error(429, "", "Wed, 21 Oct 2026 07:28:00 GMT"),
            error(500, status("ServerTimeout", "x", #"{"retryAfterSeconds": 2}"#)), error(503, "", "99999"),
        ].map { $0.apiStatus?.retryAfter }
        #expect(waits == [.seconds(7), nil, .seconds(2), .seconds(3600)])
        let stale = error(409, status("Conflict", "the object has been modified")).apiStatus
        #expect(stale?.isStale == true && stale?.fieldConflicts == [] && stale?.failsPrecondition == false)
        #expect(error(409, status("AlreadyExists", "")).apiStatus?.isStale == false)
        let other = "the UID in the precondition (a) does not match the UID in record (b)"
        #expect(error(409, status("Conflict", other)).code == .preconditionFailed)
        #expect(APIStatus(["kind": "Status", "code": 410, "reason": "Expired"]).isExpired)
        #expect("\(error(404, status("NotFound", "x")).apiStatus.map { "\($0)" } ?? "")" == "status 404 NotFound")
    }
}
