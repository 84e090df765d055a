import Core
import Glibc

extension HAProxy {
    /// How many requests and WebSockets a server has, also those of workers from before a reload.
    public func sessions(of name: String, in slot: ProxyEntrypoint.Slot) async throws -> Int {
        let servers = try await names(of: name, in: slot)
        guard let workers = try await master.processes()?.workers, let current = workers.first else {
            throw DeploydError(.unavailable, "HAProxy is not running")
        }
        var total = try await master.sessions(of: name, servers, worker: current)
        // Those may end while they are asked.
        for worker in workers.dropFirst() {
            total += (try? await master.sessions(of: name, servers, worker: worker)) ?? 0
        }
        return total
    }

    /// Waits until the servers in a slot have nothing left to do, or the time has passed.
    /// - Returns: how many requests and WebSockets are left.
    public func drain(_ slot: ProxyEntrypoint.Slot, of names: [String], within limit: Duration) async throws -> Int {
        let end = ContinuousClock.now + limit
        while true {
            var left = 0
            for name in names { left += try await sessions(of: name, in: slot) }
            guard left > 0, ContinuousClock.now < end else { return left }
            try await Task.sleep(for: min(.milliseconds(200), max(.milliseconds(1), end - .now)))
        }
    }

    /// The names of the servers in a slot.
    func names(of name: String, in slot: ProxyEntrypoint.Slot) async throws -> [String] {
        try await entrypoints().first { $0.name == name }?.serverNames(in: slot) ?? [slot.rawValue]
    }

    /// Whether HAProxy answers.
    public func isRunning() async throws -> Bool { try await master.processes() != nil }

    /// Whether it has the configuration of its file; false also when it does not run.
    public func isUpToDate() async throws -> Bool {
        guard try await isRunning() else { return false }
        return try await master.generation() == current().generation
    }

    /// The number of its master process, nil when it does not run.
    public func processID() async throws -> Int32? { try await master.processes()?.master }

    /// Ends HAProxy, cutting what it does.
    /// - Throws: `DeploydError.timedOut` when it does not end.
    public func stop() async throws {
        guard let pid = try await processID() else { return }
        kill(pid, SIGTERM)
        let end = ContinuousClock.now + .seconds(10)
        while try await isRunning() {
            guard ContinuousClock.now < end else { throw DeploydError(.timedOut, "HAProxy does not end") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
