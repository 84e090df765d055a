import Core
import Model

/// How the cluster finds out whether a container serves.
///
/// `readinessProbe` takes a replica that does not answer out of the Service. `startupProbe` asks every second until it
/// has answered once, for as long as a new version may take, and has a start that hangs tried again. There is no
/// `livenessProbe`: one that asks the same as readiness ends every replica when a database is slow, and a program that
/// ends is started again anyway. Who wants one adds it by a patch.
struct Probes {
    let health: HealthProbe

    var readiness: JSONValue? {
        check.map { check in
            probe(check, period: max(1, health.interval.wholeSeconds), failures: 3)
        }
    }

    var startup: JSONValue? {
        check.map { check in probe(check, period: 1, failures: max(1, health.deadline.wholeSeconds)) }
    }

    /// How long a container must have been up where nothing can be asked.
    var minimumReadySeconds: Int {
        if case .staysUp(let duration) = health.kind { duration.wholeSeconds } else { 0 }
    }

    private var check: (key: String, value: JSONValue)? {
        switch health.kind {
        case .http(let path, let port):
            ("httpGet", ["path": .string(path), "port": .string(PortNames.name(port)), "scheme": "HTTP"])
        case .tcp(let port): ("tcpSocket", ["port": .string(PortNames.name(port))])
        case .staysUp: nil
        }
    }

    private func probe(_ check: (key: String, value: JSONValue), period: Int, failures: Int) -> JSONValue {
        [
            check.key: check.value, "periodSeconds": .integer(period), "failureThreshold": .integer(failures),
            "successThreshold": 1, "timeoutSeconds": .integer(max(1, health.timeout.wholeSeconds)),
        ]
    }
}
