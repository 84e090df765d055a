public import Core

/// The one HAProxy of a data directory: it has the entrypoints' stable addresses and outlives deployd.
///
/// Its configuration file says at each moment how it should be, servers included; every method first writes that, then
/// brings the running HAProxy to it. So one that is started again, by whomever, comes up with the same servers, and
/// repeating a call that failed completes it. Methods take turns.
public actor HAProxy {
    let program: ProxyProgram
    let master: ProxyMaster
    let threads: BlockingThreads
    let start: @Sendable (Command) async throws -> Void
    private let turns = Limiter(1, maximumWaiting: 1024, what: "HAProxy")
    /// As the file has it; nil until it was read.
    private var written: ProxyConfiguration?

    /// - Parameters:
    ///   - directory: for its configuration and sockets; is made.
    ///   - executable: a path; nil looks in `PATH` and `/usr/sbin`.
    ///   - start: starts the command so that it outlives deployd; by `runner` when nil.
    public init(
        directory: String, executable: String? = nil, runner: CommandRunner, threads: BlockingThreads,
        start: (@Sendable (Command) async throws -> Void)? = nil
    ) {
        program = ProxyProgram(directory: directory, executable: executable, runner: runner, threads: threads)
        master = ProxyMaster(directory: directory, threads: threads)
        self.threads = threads
        self.start = start ?? { command in _ = try await runner.spawnDetached(command) }
    }

    /// The entrypoints as they were last set, also by an earlier deployd.
    public func entrypoints() async throws -> [ProxyEntrypoint] { try await current().entrypoints }

    /// Sees to it that HAProxy runs as its file says: finds the running one, or starts one. Without entrypoints none is
    /// needed.
    /// - Returns: whether it did not run and was started.
    /// - Throws: `DeploydError`: `notFound` when it is not installed, `conflict` when a port is taken, `timedOut`.
    @discardableResult
    public func ensureRunning() async throws -> Bool {
        try await turns.withPlace {
            let configuration = try await current()
            guard try await master.processes() != nil else {
                if configuration.entrypoints.isEmpty { return false }
                try await startUp(configuration)
                return true
            }
            // An upgraded deployd may write another text for the same entrypoints.
            if try await master.generation() != configuration.generation {
                try await write(configuration)
                try await reload(configuration)
            }
            for entrypoint in configuration.entrypoints { try await master.setServers(of: entrypoint) }
            return false
        }
    }

    /// Adds entrypoints, or changes those of their names, all at once.
    /// - Parameter certificates: what their routes name; those that are there already need not be among them.
    /// - Throws: `DeploydError`; then everything is as it was.
    public func set(_ entrypoints: [ProxyEntrypoint], certificates: [ProxyCertificate] = []) async throws {
        let names = Set(entrypoints.map(\.name))
        try await change(touching: entrypoints.map(\.name), certificates) { present in
            present.filter { !names.contains($0.name) } + entrypoints
        }
    }

    /// What stands against entrypoints in the place of those of the same prefix; nil when nothing does. Changes nothing.
    public func problem(with entrypoints: [ProxyEntrypoint], insteadOf prefix: String) async throws -> String? {
        let before = try await current()
        let after = ProxyConfiguration(before.entrypoints.filter { !$0.name.hasPrefix(prefix) } + entrypoints)
        do throws(DeploydError) {
            try after.check()
        } catch {
            return error.message
        }
        let held = Set(before.listens.map(\.address))
        let wanted = after.listens.map(\.address).filter { !held.contains($0) }
        return try await threads.run { wanted.lazy.compactMap(ProxyProbe.problem).first }
    }

    /// Says which active servers of entrypoints do not answer; the others of those entrypoints do.
    public func setUnwell(_ unwell: [String: Set<ProxyAddress>]) async throws {
        try await change(touching: unwell.keys.sorted()) { entrypoints in
            entrypoints.map { entrypoint in
                guard let addresses = unwell[entrypoint.name], let active = entrypoint.activeSlot else {
                    return entrypoint
                }
                var changed = entrypoint
                changed.unwell = addresses.intersection(entrypoint[active].addresses)
                return changed
            }
        }
    }

    /// Removes an entrypoint; one that is not there is fine.
    public func remove(_ name: String) async throws {
        try await change(touching: []) { $0.filter { $0.name != name } }
    }

    /// Sends new requests to the servers in `slot` at `addresses`; the other slot drains. When it returns, HAProxy does so.
    /// - Throws: `DeploydError`; then requests go where they went before.
    public func switchTraffic(of name: String, to slot: ProxyEntrypoint.Slot, at addresses: [ProxyAddress]) async throws
    {
        try await change(name) { entrypoint in
            if entrypoint[slot.other] != .empty { entrypoint[slot.other] = .draining(entrypoint[slot.other].addresses) }
            entrypoint[slot] = .active(addresses)
        }
    }

    /// Takes the servers out of a slot, cutting what they still do.
    public func release(_ slot: ProxyEntrypoint.Slot, of name: String) async throws {
        try await change(name) { $0[slot] = .empty }
        for worker in try await master.processes()?.workers ?? [] {
            for server in try await names(of: name, in: slot) {
                _ = try? await master.ask("@!\(worker) shutdown sessions server \(name)/\(server)")
            }
        }
    }

    private func change(_ name: String, _ body: (inout ProxyEntrypoint) -> Void) async throws {
        try await change(touching: [name]) { entrypoints throws(DeploydError) in
            guard let index = entrypoints.firstIndex(where: { $0.name == name }) else {
                throw DeploydError(.notFound, "there is no entrypoint \(name)")
            }
            var changed = entrypoints
            body(&changed[index])
            return changed
        }
    }

    /// - Parameter touching: the entrypoints whose servers are looked at even when their part of the file is the same.
    private func change(
        touching names: [String], _ certificates: [ProxyCertificate] = [],
        _ body: ([ProxyEntrypoint]) throws(DeploydError) -> [ProxyEntrypoint]
    ) async throws {
        try await turns.withPlace {
            let before = try await current()
            let after = ProxyConfiguration(try body(before.entrypoints))
            try after.check()
            try await threads.run { [store = program.certificates] in try store.write(certificates, for: after) }
            try await bring(from: before, to: after, touching: names)
            try await threads.run { [store = program.certificates] in try store.prune(keeping: after) }
        }
    }

    func current() async throws -> ProxyConfiguration {
        if let written { return written }
        let configuration = try await program.configuration()
        written = configuration
        return configuration
    }

    func write(_ configuration: ProxyConfiguration) async throws {
        try await program.write(configuration)
        written = configuration
    }
}
