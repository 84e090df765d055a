import Core
import System

/// Sees to it that HAProxy runs, for the many instances that ask: it is looked after once in a while, not by each. What
/// has become of it meanwhile is remembered, for it is started again so quickly that nobody may see it missing.
actor HAProxyWatch {
    private static let interval = Duration.seconds(3)
    private static let maximumIncidents = 16

    private let haproxy: HAProxy
    private let run: SupervisedRun
    private var looked: ContinuousClock.Instant?
    private var looking: Task<String?, Never>?
    /// Its master process at the last look.
    private var known: Int32?
    private var incidents: [String] = []

    /// - Parameter run: the run that HAProxy is.
    init(_ haproxy: HAProxy, run: SupervisedRun) {
        self.haproxy = haproxy
        self.run = run
    }

    /// Why it does not run; nil when it did a moment ago.
    func problem() async -> String? {
        if let looking { return await looking.value }
        if let looked, ContinuousClock.now - looked < HAProxyWatch.interval { return nil }
        let task = Task { await look() }
        looking = task
        let problem = await task.value
        looking = nil
        looked = problem == nil ? .now : nil
        return problem
    }

    /// What has happened since this was asked last.
    func takeIncidents() -> [String] {
        defer { incidents = [] }
        return incidents
    }

    private func look() async -> String? {
        do {
            let isStarted = try await haproxy.ensureRunning()
            if let pid = try await haproxy.processID() { await note(pid, isStarted: isStarted) }
            return nil
        } catch {
            return "entrypoints: \((error as? DeploydError)?.message ?? "\(error)")"
        }
    }

    private func note(_ pid: Int32, isStarted: Bool) async {
        defer { known = pid }
        let isAnother = known.map { $0 != pid } ?? false
        guard isStarted || isAnother, incidents.count < HAProxyWatch.maximumIncidents else { return }
        let end = try? await run.status()?.lastExit?.description
        let before = known == nil ? "did not run" : end ?? "ended"
        incidents.append(
            "HAProxy \(before), and was started again; requests that it had were cut, and none was answered meanwhile")
    }
}
