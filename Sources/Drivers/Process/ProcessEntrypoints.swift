import Core
import Model
import System

/// What clients reach of this host's instances, which is HAProxy's.
struct ProcessEntrypoints: Sendable {
    let haproxy: HAProxy
    let threads: BlockingThreads
    /// What an instance is called now.
    let name: @Sendable (InstanceIdentity) async -> InstanceID?
    private let watch: HAProxyWatch

    /// - Parameter run: HAProxy's own, which says how it ended.
    init(
        haproxy: HAProxy, run: SupervisedRun, threads: BlockingThreads,
        name: @escaping @Sendable (InstanceIdentity) async -> InstanceID?
    ) {
        self.haproxy = haproxy
        self.threads = threads
        self.name = name
        watch = HAProxyWatch(haproxy, run: run)
    }

    /// Why there can be no entrypoints; nil when there can.
    func problem() async -> String? {
        let isInstalled = try? await threads.run {
            let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            return (try? Command("haproxy", environment: ["PATH": path]).resolvedExecutable()) != nil
        }
        return isInstalled == true ? nil : "entrypoints need HAProxy: install haproxy (apt-get install haproxy)"
    }

    /// Sends new requests to what `state` names; what is in the other slot drains, and so do entrypoints that `state`
    /// does not have. When it returns, HAProxy does so.
    func point(to state: ProcessState, of instance: InstanceIdentity) async throws {
        let wanted = try await wanted(state, of: instance)
        let names = Set(wanted.map(\.name))
        let others = try await all(of: instance).filter { !names.contains($0.name) }.map { $0.withdrawn() }
        guard !wanted.isEmpty || !others.isEmpty else { return }
        try await haproxy.set(
            others + wanted,
            certificates: state.certificates.map { ProxyCertificate(name: $0.key, pem: $0.value) })
    }

    /// As `point`, but touches nothing when all is so already: it undoes a switch if there was one.
    func restore(to state: ProcessState, of instance: InstanceIdentity) async throws {
        let present = try await all(of: instance)
        let slot = state.slot.proxy
        let wanted = try await wanted(state, of: instance)
        let isThere = wanted.allSatisfy { wanted in
            present.contains { $0.name == wanted.name && $0.leads(where: wanted, in: slot) }
        }
        let isAlone = present.allSatisfy { entrypoint in
            entrypoint.isWithdrawn || wanted.contains { $0.name == entrypoint.name }
        }
        if !isThere || !isAlone { try await point(to: state, of: instance) }
    }

    /// Gives no new requests to anything: they are answered 503.
    func close(of instance: InstanceIdentity) async throws {
        let closed = try await all(of: instance).compactMap { entrypoint -> ProxyEntrypoint? in
            guard let active = entrypoint.activeSlot else { return nil }
            var closed = entrypoint
            closed[active] = .draining(entrypoint[active].addresses)
            return closed
        }
        if !closed.isEmpty { try await haproxy.set(closed) }
    }

    /// Waits until what `state` names has nothing more to do, or its time to drain has passed.
    /// - Returns: how many requests and WebSockets are left.
    func drain(_ state: ProcessState, of instance: InstanceIdentity) async throws -> Int {
        let mine = Set(state.entrypoints.keys.map { EntrypointName.make($0, of: instance) })
        let names = try await all(of: instance).map(\.name).filter(mine.contains)
        return try await haproxy.drain(state.slot.proxy, of: names, within: state.drain)
    }

    /// Empties a slot whose process is gone.
    func release(_ slot: ProcessState.Slot, of instance: InstanceIdentity) async throws {
        for entrypoint in try await all(of: instance) where entrypoint[slot.proxy] != .empty {
            try await haproxy.release(slot.proxy, of: entrypoint.name)
        }
    }

    func remove(_ names: some Sequence<String>, of instance: InstanceIdentity) async throws {
        let gone = Set(names.map { EntrypointName.make($0, of: instance) })
        for entrypoint in try await all(of: instance) where gone.contains(entrypoint.name) {
            try await haproxy.remove(entrypoint.name)
        }
    }

    func removeAll(of instance: InstanceIdentity) async throws {
        for entrypoint in try await all(of: instance) { try await haproxy.remove(entrypoint.name) }
    }

    /// Sees to it that HAProxy runs.
    /// - Returns: why it does not.
    func revive() async -> String? { await watch.problem() }

    /// What has become of HAProxy since this was asked last, for people.
    func incidents() async -> [String] { await watch.takeIncidents() }

    /// Keeps new requests from replicas that are not well, as long as others are.
    /// - Parameter unwell: their places among the replicas.
    func avoid(_ unwell: Set<Int>, of state: ProcessState, _ instance: InstanceIdentity) async throws {
        let present = try await all(of: instance)
        let replicas = state.replicas
        var changed: [String: Set<ProxyAddress>] = [:]
        for (name, entrypoint) in state.entrypoints {
            let made = EntrypointName.make(name, of: instance)
            guard let there = present.first(where: { $0.name == made }), there.activeSlot == state.slot.proxy else {
                continue
            }
            let addresses = try unwell.map { index throws(DeploydError) in
                try ProxyAddress(loopback: try replicas[index].backend(of: name, entrypoint))
            }
            if there.unwell != Set(addresses) { changed[made] = Set(addresses) }
        }
        if !changed.isEmpty { try await haproxy.setUnwell(changed) }
    }

    func all(of instance: InstanceIdentity) async throws -> [ProxyEntrypoint] {
        let prefix = EntrypointName.prefix(of: instance)
        return try await haproxy.entrypoints().filter { $0.name.hasPrefix(prefix) }
    }

    private func wanted(_ state: ProcessState, of instance: InstanceIdentity) async throws -> [ProxyEntrypoint] {
        let present = try await all(of: instance)
        return try state.entrypoints.sorted { $0.key < $1.key }.map { name, entrypoint throws(DeploydError) in
            let backends = try state.replicas.map { replica throws(DeploydError) in
                try ProxyAddress(loopback: try replica.backend(of: name, entrypoint))
            }
            let made = EntrypointName.make(name, of: instance)
            var wanted = ProxyEntrypoint(
                name: made,
                listen: try entrypoint.listen.map { port throws(DeploydError) in
                    try ProxyAddress(loopback: port)
                },
                route: entrypoint.route, path: entrypoint.path, allowed: entrypoint.allowed,
                servers: present.first { $0.name == made }?.servers ?? [:])
            let slot = state.slot.proxy
            // Of a version that is switched to, all are well.
            if let there = present.first(where: { $0.name == made }), there.activeSlot == slot {
                wanted.unwell = there.unwell.intersection(backends)
            }
            let others = wanted[slot.other].addresses
            if !others.isEmpty { wanted[slot.other] = .draining(others) }
            wanted[slot] = .active(backends)
            wanted.replicas = max(backends.count, others.count)
            return wanted
        }
    }
}

extension ProxyEntrypoint {
    /// As it is when no client reaches it any more, and its servers finish what they have.
    fileprivate func withdrawn() -> ProxyEntrypoint {
        var withdrawn = self
        withdrawn.listen = nil
        withdrawn.route = nil
        if let active = activeSlot { withdrawn[active] = .draining(self[active].addresses) }
        return withdrawn
    }

    fileprivate var isWithdrawn: Bool { listen == nil && route == nil }

    /// Whether clients reach the same by it as by another.
    fileprivate func leads(where other: ProxyEntrypoint, in slot: Slot) -> Bool {
        self[slot] == other[slot]
            && (listen, route, path, allowed) == (other.listen, other.route, other.path, other.allowed)
    }
}

extension ProcessState.Slot {
    var proxy: ProxyEntrypoint.Slot { self == .a ? .a : .b }
}
