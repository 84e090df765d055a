import Core

/// What is said to a running HAProxy, through its master's socket ("Master CLI" of the Management Guide), which reaches
/// the workers of before a reload as well.
struct ProxyMaster: Sendable {
    static let socketName = "master.sock"

    let directory: String
    let threads: BlockingThreads
    /// For one question.
    var deadline: Duration = .seconds(5)

    /// Sends a command. A connection that a reload cuts is made again: every command that deployd sends may be repeated.
    /// - Throws: `DeploydError`: `unavailable` when HAProxy does not run, `timedOut`.
    func ask(_ command: String) async throws -> String {
        let socket = ProxySocket(directory: directory, name: ProxyMaster.socketName)
        let end = ContinuousClock.now + deadline
        while true {
            do {
                return try await threads.run { try socket.ask(command, deadline: end) }
            } catch ProxySocket.Failure.notRunning {
                throw DeploydError(.unavailable, "HAProxy is not running")
            } catch ProxySocket.Failure.interrupted where ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(20))
            } catch is ProxySocket.Failure {
                throw DeploydError(.timedOut, "HAProxy did not answer within \(deadline)")
            }
        }
    }

    /// - Returns: nil when HAProxy does not run.
    func processes() async throws -> ProxyProcesses? {
        do {
            return ProxyProcesses.parse(try await ask("show proc"))
        } catch let error as DeploydError where error.code == .unavailable {
            return nil
        }
    }

    /// Which configuration the current worker has; nil when there is none that answers.
    func generation() async throws -> String? {
        let answer = try await ask("@1 show info")
        return answer.split(separator: "\n").first { $0.hasPrefix("description: ") }.map { String($0.dropFirst(13)) }
    }

    func serverStates(of entrypoint: String, worker: Int32) async throws -> [ProxyServerState] {
        guard let states = ProxyServerState.parse(try await ask("@!\(worker) show servers state \(entrypoint)")) else {
            throw DeploydError(.notFound, "HAProxy has no entrypoint \(entrypoint)")
        }
        return states
    }

    /// - Parameter servers: their names.
    func sessions(of entrypoint: String, _ servers: [String], worker: Int32) async throws -> Int {
        // 4: servers; -1: all of them.
        let answer = try await ask("@!\(worker) show stat \(entrypoint) 4 -1")
        let table = answer.hasPrefix("# ") ? String(answer.dropFirst(2)) : answer
        return servers.reduce(0) { $0 + ProxyStatistics.sessions(of: $1, in: table) }
    }
}
