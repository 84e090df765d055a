import Core

extension ProxyMaster {
    /// Brings the servers of an entrypoint to what they should be: first the one that is to serve, and when that is
    /// seen, the others. Servers that are so already are left alone.
    ///
    /// Workers of before a reload have clients too, whose next request must not go where nobody listens any more; but
    /// they may end at any moment, and may have fewer servers, so what fails there is let go.
    /// - Throws: `DeploydError.unavailable` when the current worker does not take it.
    func setServers(of entrypoint: ProxyEntrypoint) async throws {
        guard let workers = try await processes()?.workers, let current = workers.first else {
            throw DeploydError(.unavailable, "HAProxy is not running")
        }
        let slots = ProxyEntrypoint.Slot.allCases
        let active = entrypoint.activeSlot
        let order = slots.filter { $0 == active } + slots.filter { $0 != active }
        for slot in order { try await set(slot, of: entrypoint, worker: current) }
        for worker in workers.dropFirst() {
            for slot in order { try? await set(slot, of: entrypoint, worker: worker, skipsMissing: true) }
        }
    }

    private func set(
        _ slot: ProxyEntrypoint.Slot, of entrypoint: ProxyEntrypoint, worker: Int32, skipsMissing: Bool = false
    ) async throws {
        var answers: [String] = []
        for _ in 0..<2 {
            let states = try await serverStates(of: entrypoint.name, worker: worker)
            // Those that are to serve come first, so that there is one at every moment.
            var commands: [String] = []
            var further: [String] = []
            for (index, name) in entrypoint.serverNames(in: slot).enumerated() {
                let server = "\(entrypoint.name)/\(name)"
                let wanted = entrypoint.server(index, in: slot)
                if let state = states.first(where: { $0.name == name }) {
                    let change = ProxyMaster.commands(for: server, to: wanted, from: state)
                    if case .active = wanted { commands += change } else { further += change }
                } else if !skipsMissing {
                    throw DeploydError(.notFound, "HAProxy has no server \(server)")
                }
            }
            commands += further
            if commands.isEmpty { return }
            answers = []
            for command in commands { answers.append(try await ask("@!\(worker) \(command)")) }
        }
        let said = answers.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        throw DeploydError(.unavailable, "HAProxy did not take the change of \(entrypoint.name): \(said)")
    }

    /// The commands that bring one server from what it is to what it should be; none when it is that. Pure.
    static func commands(
        for server: String, to wanted: ProxyEntrypoint.Server, from state: ProxyServerState
    ) -> [String] {
        let words: [String]
        switch wanted {
        case .active(let addresses):
            guard let address = addresses.first else { return [] }
            if state.isReady && state.has(address) { return [] }
            // Out of service while its address changes, so that no request meets half of it.
            let move = state.has(address) ? [] : ["state maint", "addr \(address.host) port \(address.port)"]
            words = move + (state.weight == 0 ? ["weight 1"] : []) + ["state ready"]
        case .draining: words = state.isDraining || state.isInMaintenance ? [] : ["state drain"]
        case .empty: words = state.isInMaintenance ? [] : ["state maint"]
        }
        return words.map { "set server \(server) \($0)" }
    }
}
