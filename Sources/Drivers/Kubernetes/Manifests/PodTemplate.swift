import Core
import Model

/// The pods of a service, and those of what is run before it.
struct PodTemplate {
    /// How long a replica goes on serving after it was told to end: until everybody knows that it does.
    static let leavingSeconds = 5

    let workload: KubernetesWorkload
    let role: ObjectLabels.Role

    var json: JSONValue {
        [
            "metadata": .members([
                "annotations": role == .service ? restart : nil,
                "labels": .strings(ObjectLabels.pod(workload, role: role)),
            ]),
            "spec": spec,
        ]
    }

    private var restart: JSONValue? { workload.restart.map { [ObjectLabels.restart: .string($0)] } }

    private var spec: JSONValue {
        let options = workload.spec.kubernetes
        let secrets = workload.settings.imagePullSecrets.map { JSONValue.object(["name": .string($0)]) }
        return .members([
            "automountServiceAccountToken": .bool(options.serviceAccount != nil),
            "containers": [container],
            "enableServiceLinks": false,
            "imagePullSecrets": secrets.isEmpty ? nil : .array(secrets),
            "restartPolicy": role == .service ? "Always" : "Never",
            "securityContext": podSecurity,
            "serviceAccountName": options.serviceAccount.map(JSONValue.string),
            "terminationGracePeriodSeconds": .integer(graceSeconds),
            "volumes": options.hasReadOnlyRoot ? [["name": "tmp", "emptyDir": [:]]] : nil,
        ])
    }

    private var container: JSONValue {
        let spec = workload.spec
        let isService = role == .service
        let words = isService ? workload.command.words : workload.beforeDeploy.words
        let sources = EnvironmentObjects(workload).sources
        let probes = Probes(health: spec.health)
        return .members([
            "command": words.isEmpty ? nil : .strings(words),
            "envFrom": sources.isEmpty ? nil : .array(sources),
            "image": .string(spec.image?.pinned ?? ""),
            "imagePullPolicy": "IfNotPresent",
            "lifecycle": isService && waits
                ? ["preStop": ["sleep": ["seconds": .integer(PodTemplate.leavingSeconds)]]] : nil,
            "name": .string(workload.name),
            "ports": isService && !ports.isEmpty ? .array(ports) : nil,
            "readinessProbe": isService ? probes.readiness : nil,
            "resources": ContainerResources(limits: spec.limits).json,
            "securityContext": security,
            "startupProbe": isService ? probes.startup : nil,
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": spec.kubernetes.hasReadOnlyRoot ? [["name": "tmp", "mountPath": "/tmp"]] : nil,
        ])
    }

    private var ports: [JSONValue] {
        workload.spec.ports.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { name, number in
            [
                "name": .string(PortNames.name(name)), "containerPort": .integer(number), "protocol": "TCP",
            ]
        }
    }

    private var podSecurity: JSONValue {
        let opensLow = workload.apis.opensLowPorts && workload.spec.ports.values.contains { $0 < 1024 }
        return .members([
            "runAsNonRoot": true,
            "runAsUser": workload.spec.kubernetes.user.map { .integer($0) },
            "seccompProfile": ["type": "RuntimeDefault"],
            "sysctls": opensLow ? [["name": "net.ipv4.ip_unprivileged_port_start", "value": "0"]] : nil,
        ])
    }

    private var security: JSONValue {
        .members([
            "allowPrivilegeEscalation": false,
            "capabilities": ["drop": ["ALL"]],
            "readOnlyRootFilesystem": workload.spec.kubernetes.hasReadOnlyRoot ? true : nil,
        ])
    }

    /// A pod that ends is taken out of the Service by others, and a moment after it was told to end: without a wait
    /// requests still come that nobody answers.
    private var waits: Bool { workload.apis.canSleep && !workload.spec.ports.isEmpty }

    private var graceSeconds: Int {
        max(1, workload.spec.drain.wholeSeconds) + (role == .service && waits ? PodTemplate.leavingSeconds : 0)
    }
}
