import Core
import Model
import System

/// Whether HAProxy leads where the records say.
struct EntrypointLook {
    let haproxy: HAProxy
    let threads: BlockingThreads
    let inventory: DataInventory
    let workloads: RecordedWorkloads
    let now: Timestamp

    /// How long before its end a certificate is mentioned.
    private static let notice = Duration.seconds(21 * 86_400)

    func findings() async -> [Finding] {
        let check = FindingCheck(.entrypoints, "configuration")
        let present: [ProxyEntrypoint]
        do { present = try await haproxy.entrypoints() } catch {
            return [
                check.problem(HostExamination.message(error), do: "remove haproxy/haproxy.cfg, and restart deployd")
            ]
        }
        let wrong = workloads.settled.flatMap { differences($0, present, check) } + unowned(present, check)
        return check.list(wrong, orOk: "\(present.count) entrypoints, as they are recorded")
            + [await running(present)] + certificates() + [await ports()]
    }

    private func differences(
        _ entry: RecordedWorkloads.Entry, _ present: [ProxyEntrypoint], _ check: FindingCheck
    ) -> [Finding] {
        let (instance, state) = (entry.instance, entry.state)
        let runs = instance.lifecycle.state == .running
        return state.entrypoints.sorted { $0.key < $1.key }.compactMap { name, wanted in
            let made = EntrypointName.make(name, of: instance.identity)
            let found = present.first { $0.name == made }
            let servers = state.replicas.compactMap { $0.ports[wanted.port] }
            let serving: [Int] = found?.activeSlot.map { found?[$0].addresses.map(\.port) ?? [] } ?? []
            let isRight =
                found?.listen?.port == wanted.listen && found?.route == wanted.route && found?.path == wanted.path
                && serving == (runs ? servers : [])
            guard !isRight else { return nil }
            return check.problem(
                "the entrypoint '\(name)' of \(instance.id) does not lead where it should (to \(servers), it is \(serving))",
                do: "`deployd restart` puts it right")
        }
    }

    private func unowned(_ present: [ProxyEntrypoint], _ check: FindingCheck) -> [Finding] {
        let living = inventory.instances.filter { $0.lifecycle.state != .destroyed }.map(\.identity)
        let prefixes = living.map { EntrypointName.prefix(of: $0) }
        return present.filter { entrypoint in !prefixes.contains { entrypoint.name.hasPrefix($0) } }.map {
            check.problem(
                "HAProxy has the entrypoint \($0.name), which no instance has",
                do: "stop deployd and HAProxy, remove haproxy/haproxy.cfg, and start deployd")
        }
    }

    private func running(_ present: [ProxyEntrypoint]) async -> Finding {
        let check = FindingCheck(.entrypoints, "haproxy")
        do {
            if try await haproxy.isUpToDate() { return check.ok("HAProxy runs, with the configuration of its file") }
            if present.isEmpty { return check.ok("HAProxy need not run: there are no entrypoints") }
            guard try await haproxy.isRunning() else {
                let ports = present.compactMap(\.listen).map(\.port)
                guard let (port, holder) = try await threads.run({ EntrypointLook.taken(ports) }) else {
                    return check.problem("HAProxy does not run", do: "start deployd, which starts it again")
                }
                return check.problem(
                    "HAProxy does not run, and the port \(port) of an entrypoint is taken by \(holder)",
                    do: "end that program: deployd starts HAProxy again")
            }
            return check.warning(
                "HAProxy runs with another configuration than its file's", do: "start deployd, which loads it anew")
        } catch {
            return check.problem(
                "HAProxy: \(HostExamination.message(error))", do: "end HAProxy: deployd starts it again")
        }
    }

    /// The first of the ports that somebody has, and who. Blocks.
    private static func taken(_ ports: [Int]) -> (port: Int, holder: String)? {
        let port = ports.first { port in UInt16(exactly: port).map { !PortProbe.isFree($0) } ?? true }
        return port.map { ($0, SocketTable.now().holder(of: $0) ?? "another program") }
    }

    private func certificates() -> [Finding] {
        let check = FindingCheck(.entrypoints, "certificates")
        // Their names begin with the day on which they end.
        let days = workloads.settled.flatMap { entry in
            entry.state.certificates.keys.map { (String($0.prefix(10)), entry.instance.id) }
        }
        let soon = String((now + EntrypointLook.notice).rfc3339.prefix(10))
        let today = String(now.rfc3339.prefix(10))
        let found = days.filter { $0.0 <= soon }.sorted { $0.0 < $1.0 }.map { day, instance in
            let advice = "put a new one where the world's file says, and `deployd apply`"
            return day < today
                ? check.problem("the certificate of \(instance) ended on \(day)", do: advice)
                : check.warning("the certificate of \(instance) ends on \(day)", do: advice)
        }
        return check.list(found, orOk: "\(days.count) certificates are in use, and none ends within three weeks")
    }

    /// The kernel may give such a port to an outgoing connection while nothing listens on it.
    private func ports() async -> Finding {
        let check = FindingCheck(.entrypoints, "ports")
        let known = try? await threads.run { (OutgoingPorts.range, KernelSupport.sparedPorts()) }
        guard let range = known?.0, let spared = known?.1 else {
            return check.ok("the kernel's range of ports is not known")
        }
        let within = inventory.ports.map(\.port).filter { port in
            range.contains(port) && !spared.contains { $0.contains(port) }
        }
        guard let first = within.first else {
            return check.ok("no reserved port is one that the kernel gives to outgoing connections")
        }
        return check.warning(
            "\(within.count) reserved ports, \(first) among them, lie in the range \(range.lowerBound)–"
                + "\(range.upperBound) that the kernel gives to outgoing connections: a start may have to wait",
            do:
                "sysctl -w net.ipv4.ip_local_port_range='\(max(within.max() ?? 0, range.lowerBound) + 1) 65535', or name "
                + "them in net.ipv4.ip_local_reserved_ports")
    }
}

extension HostExamination {
    static func message(_ error: any Error) -> String { (error as? DeploydError)?.message ?? "\(error)" }
}
