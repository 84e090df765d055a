import Core

/// How a change is brought about.
extension HAProxy {
    /// How long a start or reload may take.
    private static let deadline: Duration = .seconds(20)

    func bring(
        from before: ProxyConfiguration, to after: ProxyConfiguration, touching names: [String]
    ) async throws {
        guard try await master.processes() != nil else {
            guard after.entrypoints.isEmpty else { return try await startUp(after) }
            if after != before { try await write(after) }
            return
        }
        let needsReload = try await master.generation() != after.generation
        if needsReload {
            try await checkPorts(after, except: before)
            try await program.validate(after.text)
        }
        if after != before { try await write(after) }
        CrashPoint.proxyWritten.pass()
        do {
            if needsReload { try await reload(after) }
            for entrypoint in after.entrypoints where needsReload || names.contains(entrypoint.name) {
                try await master.setServers(of: entrypoint)
            }
        } catch {
            try? await restore(before, reloads: needsReload)
            throw error
        }
    }

    /// What was before a change that failed, as far as it can be had.
    private func restore(_ before: ProxyConfiguration, reloads: Bool) async throws {
        try await write(before)
        if reloads { try await reload(before) }
        for entrypoint in before.entrypoints { try await master.setServers(of: entrypoint) }
    }

    func startUp(_ configuration: ProxyConfiguration) async throws {
        try await threads.run { [program] in
            try Files.makeDirectory(program.directory)
            try program.certificates.write([], for: configuration)
        }
        try await program.validate(configuration.text)
        // The workers of one that was killed hold their ports for a moment.
        try await checkPorts(configuration, except: ProxyConfiguration([]), patience: .seconds(5))
        try await write(configuration)
        try await start(try program.command())
        try await waitFor(configuration)
    }

    func reload(_ configuration: ProxyConfiguration) async throws {
        let failed = try await master.processes()?.failedReloads ?? 0
        _ = try await master.ask("reload")
        try await waitFor(configuration, failedBefore: failed)
    }

    /// Returns when the current worker has the configuration and its addresses accept.
    private func waitFor(_ configuration: ProxyConfiguration, failedBefore: Int = 0) async throws {
        let end = ContinuousClock.now + HAProxy.deadline
        while ContinuousClock.now < end {
            if let processes = try await master.processes() {
                guard processes.failedReloads <= failedBefore else {
                    throw DeploydError(.unavailable, "HAProxy could not load its configuration; see its log")
                }
                if !processes.workers.isEmpty, (try? await master.generation()) == configuration.generation,
                    await accept(configuration)
                {
                    return
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DeploydError(.timedOut, "HAProxy did not take its configuration within \(HAProxy.deadline)")
    }

    private func accept(_ configuration: ProxyConfiguration) async -> Bool {
        let addresses = configuration.listens.map(\.address)
        return (try? await threads.run { addresses.allSatisfy(ProxyProbe.accepts) }) ?? false
    }

    /// - Parameters:
    ///   - except: what HAProxy itself listens on.
    ///   - patience: how long a port may take to become free.
    private func checkPorts(
        _ configuration: ProxyConfiguration, except: ProxyConfiguration, patience: Duration = .zero
    ) async throws {
        let ours = Set(except.listens.map(\.address))
        let end = ContinuousClock.now + patience
        for (listen, name) in configuration.listens where !ours.contains(listen) {
            while let problem = try await threads.run({ ProxyProbe.problem(listen) }) {
                guard ContinuousClock.now < end else {
                    throw DeploydError(.conflict, "the entrypoint \(name): \(problem)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
