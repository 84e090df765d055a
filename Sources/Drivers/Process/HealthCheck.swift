import Core
import HTTPClient
import Model
import System

/// Asks a process on this host whether it is healthy, once.
struct HealthCheck: Sendable {
    let client: HTTPClientSession
    let threads: BlockingThreads

    /// - Parameter ports: where the process listens, by port name.
    /// - Returns: why it is not healthy, as a part of a sentence; nil when it is. A process that only has to stay up is.
    func problem(_ probe: HealthProbe, ports: [String: Int]) async -> String? {
        switch probe.kind {
        case .staysUp: return nil
        case .tcp(let name):
            guard let port = ports[name] else { return "the service has no port '\(name)'" }
            return await connect(port, timeout: probe.timeout)
        case .http(let path, let name):
            guard let port = ports[name] else { return "the service has no port '\(name)'" }
            return await get(path, port: port, timeout: probe.timeout)
        }
    }

    /// A redirect is an answer: it is not followed. The connection is not kept: many a server that is told to stop
    /// waits for those that are.
    private func get(_ path: String, port: Int, timeout: Duration) async -> String? {
        let request = HTTPClientRequest(
            "GET", "http://127.0.0.1:\(port)\(path)",
            headers: [("User-Agent", "deployd-health"), ("Connection", "close")], timeout: timeout,
            connectTimeout: timeout, maximumResponseBytes: 1 << 20)
        do {
            let status = try await client.send(request).status
            return (200..<400).contains(status) ? nil : "GET \(path) answered \(status)"
        } catch let error as DeploydError where error.code == .timedOut {
            return "GET \(path) did not answer within \(timeout.inSeconds)"
        } catch let error as DeploydError where error.code == .tooLarge {
            return "GET \(path) answered more than 1 MB"
        } catch {
            return await connect(port, timeout: timeout) ?? "GET \(path) on port \(port) got no whole answer"
        }
    }

    private func connect(_ port: Int, timeout: Duration) async -> String? {
        do {
            return try await threads.run { TCPProbe.problem(port: port, timeout: timeout) }
        } catch {
            return "port \(port) could not be tried: \(error)"
        }
    }
}
