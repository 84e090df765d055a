import Core
import Formats
import Model

/// What a service asks that no objects can be made of, found before anything is.
enum ManifestRefusals {
    static func refusals(
        for instance: InstanceIdentity, _ wish: WorkloadWish, _ settings: KubernetesSettings
    ) -> [String] {
        name(instance, wish) + ports(wish) + entrypoints(instance, wish, settings) + user(wish)
    }

    /// Services are called as host names once were (RFC 1035).
    private static func name(_ instance: InstanceIdentity, _ wish: WorkloadWish) -> [String] {
        guard !wish.ports.isEmpty, instance.application.utf8.first.map({ (0x30...0x39).contains($0) }) == true else {
            return []
        }
        return [
            "a Service of a cluster cannot be called '\(instance.application)', which begins with a digit: "
                + "give the service another name"
        ]
    }

    private static func ports(_ wish: WorkloadWish) -> [String] {
        var problems: [String] = []
        let primary = wish.ports["http"] != nil ? "http" : wish.ports.count == 1 ? wish.ports.keys.first : nil
        if let primary {
            problems += wish.ports.filter { $0.key != primary && $0.value == 80 }.keys.sorted().map {
                "ports.\($0): the Service listens on 80 for '\(primary)' already: give it another number"
            }
        }
        for (number, names) in Dictionary(grouping: wish.ports.keys.sorted(), by: { wish.ports[$0] ?? 0 }).sorted(by: {
            $0.key < $1.key
        })
        where names.count > 1 {
            problems.append(
                "ports.\(names.joined(separator: " and ports.")) are both \(number): a container has one name for each")
        }
        return problems
    }

    /// The names of what entrypoints are made of are Services' as well, or may be.
    private static func entrypoints(
        _ instance: InstanceIdentity, _ wish: WorkloadWish, _ settings: KubernetesSettings
    ) -> [String] {
        guard settings.exposure == .loadBalancer else { return [] }
        let taken: Set<String> =
            switch wish.strategy {
            case .rolling: []
            case .blueGreen: ["preview"]
            case .appendOnly: ["latest"]
            }
        return wish.entrypoints.keys.filter(taken.contains).sorted().map { name in
            "entrypoints.\(name): the Service \(instance.application)-\(name) is another already: "
                + "give the entrypoint another name"
        }
    }

    private static func user(_ wish: WorkloadWish) -> [String] {
        guard wish.kubernetes.user == 0 else { return [] }
        return ["deploy.kubernetes.user: 0 is root, which nothing runs as here: name another user"]
    }
}
