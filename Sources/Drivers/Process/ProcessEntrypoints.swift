import Core
import Model
import System

/// The stable addresses of this host's instances, which are HAProxy's.
struct ProcessEntrypoints: Sendable {
    let haproxy: HAProxy
    let threads: BlockingThreads
    private let watch: HAProxyWatch

    init(haproxy: HAProxy, threads: BlockingThreads) {
        self.haproxy = haproxy
        self.threads = threads
        watch = HAProxyWatch(haproxy)
    }

    /// Why there can be no entrypoints; nil when there can.
    func problem() async -> String? {
        let isInstalled = try? await threads.run {
            let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            return (try? Command("haproxy", environment: ["PATH": path]).resolvedExecutable()) != nil
        }
        return isInstalled == true ? nil : "entrypoints need HAProxy: install haproxy (apt-get install haproxy)"
    }

    /// Sends new requests to what `state` names; what is in the other slot drains. When it returns, HAProxy does so.
    func point(to state: ProcessState, of instance: InstanceID) async throws {
        for entrypoint in try await wanted(state, of: instance) { try await haproxy.set(entrypoint) }
    }

    /// As `point`, but touches nothing that points there already: it undoes a switch if there was one.
    func restore(to state: ProcessState, of instance: InstanceID) async throws {
        let present = try await haproxy.entrypoints()
        let slot = state.slot.proxy
        for entrypoint in try await wanted(state, of: instance) {
            let there = present.first { $0.name == entrypoint.name }
            if there?[slot] != entrypoint[slot] { try await haproxy.set(entrypoint) }
        }
    }

    /// Gives no new requests to anything: they are answered 503.
    func close(of instance: InstanceID) async throws {
        for var entrypoint in try await all(of: instance) {
            guard let active = entrypoint.activeSlot, let address = entrypoint[active].address else { continue }
            entrypoint[active] = .draining(address)
            try await haproxy.set(entrypoint)
        }
    }

    /// Waits until what `state` names has nothing more to do, or its time to drain has passed.
    /// - Returns: how many requests and WebSockets are left.
    func drain(_ state: ProcessState, of instance: InstanceID) async throws -> Int {
        let end = ContinuousClock.now + state.drain
        let names = try await names(of: state, instance)
        while true {
            var left = 0
            for name in names { left += try await haproxy.sessions(of: name, in: state.slot.proxy) }
            guard left > 0, ContinuousClock.now < end else { return left }
            try await Task.sleep(for: min(.milliseconds(200), max(.milliseconds(1), end - .now)))
        }
    }

    /// Empties a slot whose process is gone.
    func release(_ slot: ProcessState.Slot, of instance: InstanceID) async throws {
        for entrypoint in try await all(of: instance) where entrypoint[slot.proxy] != .empty {
            try await haproxy.release(slot.proxy, of: entrypoint.name)
        }
    }

    func remove(_ names: some Sequence<String>, of instance: InstanceID) async throws {
        let gone = Set(names.map { EntrypointName.make($0, of: instance) })
        for entrypoint in try await all(of: instance) where gone.contains(entrypoint.name) {
            try await haproxy.remove(entrypoint.name)
        }
    }

    func removeAll(of instance: InstanceID) async throws {
        for entrypoint in try await all(of: instance) { try await haproxy.remove(entrypoint.name) }
    }

    /// Sees to it that HAProxy runs.
    /// - Returns: why it does not.
    func revive() async -> String? { await watch.problem() }

    private func all(of instance: InstanceID) async throws -> [ProxyEntrypoint] {
        let prefix = EntrypointName.prefix(of: instance)
        return try await haproxy.entrypoints().filter { $0.name.hasPrefix(prefix) }
    }

    /// Those of `state` that are still there.
    private func names(of state: ProcessState, _ instance: InstanceID) async throws -> [String] {
        let mine = Set(state.entrypoints.keys.map { EntrypointName.make($0, of: instance) })
        return try await all(of: instance).map(\.name).filter(mine.contains)
    }

    private func wanted(_ state: ProcessState, of instance: InstanceID) async throws -> [ProxyEntrypoint] {
        let present = try await haproxy.entrypoints()
        return try state.backends().sorted { $0.key < $1.key }.map { name, ports throws(DeploydError) in
            let name = EntrypointName.make(name, of: instance)
            var entrypoint = ProxyEntrypoint(
                name: name, listen: try loopback(ports.listen),
                servers: present.first { $0.name == name }?.servers ?? [:])
            let slot = state.slot.proxy
            if let other = entrypoint[slot.other].address { entrypoint[slot.other] = .draining(other) }
            entrypoint[slot] = .active(try loopback(ports.backend))
            return entrypoint
        }
    }

    private func loopback(_ port: Int) throws(DeploydError) -> ProxyAddress {
        guard let address = ProxyAddress(host: "127.0.0.1", port: port) else {
            throw DeploydError(.invalid, "\(port) is not a port")
        }
        return address
    }
}

extension ProcessState.Slot {
    var proxy: ProxyEntrypoint.Slot { self == .a ? .a : .b }
}
