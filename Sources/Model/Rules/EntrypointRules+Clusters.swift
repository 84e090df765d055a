import Formats

/// What stands against an entrypoint on a cluster.
extension EntrypointRules {
    func clusterProblems(
        of entrypoint: Entrypoint, _ route: WorkloadEntrypoint.Route?, _ exposure: KubernetesSettings.Exposure
    ) -> [String] {
        if let host = route?.host, !HostName.isValid(host) {
            return [".host: '\(host)' is too long for a host name"]
        }
        switch exposure {
        case .ingress: return ingressProblem(of: entrypoint, route).map { [$0] } ?? []
        case .loadBalancer:
            // It passes connections on, and looks into none.
            let asked = [
                (entrypoint.path != "/", ".path: a load balancer passes on all paths"),
                (entrypoint.isEncrypted == true, ".tls: a load balancer passes connections on as they are"),
            ]
            let way = "; this needs a world with 'exposure: ingress', and '\(world.name)' has loadBalancer"
            return asked.filter(\.0).map { $0.1 + way }
        }
    }

    private func ingressProblem(of entrypoint: Entrypoint, _ route: WorkloadEntrypoint.Route?) -> String? {
        guard let route else {
            return ".host: a cluster's entrypoint needs a host name: give it 'host', or the world '\(world.name)' a "
                + "domain (entrypoints.domain in its file)"
        }
        guard entrypoint.isEncrypted == true, route.tlsSecret == nil else { return nil }
        return ".tls: the world '\(world.name)' has no certificate: entrypoints.tls.secretName in its file names the "
            + "secret that holds it"
    }
}

extension ServiceFile {
    /// The entrypoints whose addresses its texts refer to.
    var referredEntrypoints: [String] {
        let texts = [command, beforeDeploy].flatMap { $0 ?? [] } + environment.values
        let paths = texts.flatMap(\.references).map(\.path).filter { $0.count == 3 && $0[0] == "entrypoints" }
        return Set(paths.map { $0[1] }).sorted()
    }
}
