extension EventLoop {
    /// How many connections are closed at once: looking for them costs a pass over all.
    private static let batch = 32

    /// Closes those that have been longest between requests or within a head. Who opens connections and sends nothing, or a
    /// byte now and then, must not keep others out; a request that is being served is never cut short.
    /// - Returns: whether there was one.
    func makeRoom() -> Bool {
        let waiting = connections.compactMap { $0 }.filter { $0.phase == .head && $0.output.isEmpty }
        let oldest = waiting.sorted { $0.phaseStart < $1.phaseStart }.prefix(EventLoop.batch)
        oldest.forEach { $0.close() }
        shared.evicted(oldest.count)
        return !oldest.isEmpty
    }
}
