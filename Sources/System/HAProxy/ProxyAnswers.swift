import Core

/// A server as a worker has it (HAProxy 2.6 Management Guide, "show servers state").
struct ProxyServerState: Hashable {
    let name: String
    let host: String
    let port: Int
    /// `srv_op_state` 2: it is not stopped.
    let isRunning: Bool
    /// `srv_admin_state`, without the bit that only says how the server stood in the file.
    let administration: Int
    let weight: Int

    private static let forcedMaintenance = 0x01
    private static let disabledInFile = 0x04
    private static let forcedDrain = 0x08

    var isInMaintenance: Bool { administration & ProxyServerState.forcedMaintenance != 0 }
    var isReady: Bool { isRunning && administration == 0 && weight > 0 }
    var isDraining: Bool { isRunning && (administration == ProxyServerState.forcedDrain || weight == 0) }

    func has(_ address: ProxyAddress) -> Bool { host == address.host && port == address.port }

    /// The servers of a backend; nil when the answer is none.
    static func parse(_ answer: String) -> [ProxyServerState]? {
        let lines = answer.split(separator: "\n")
        guard lines.count >= 2, lines[0] == "1", lines[1].hasPrefix("# ") else { return nil }
        let columns = lines[1].dropFirst(2).split(separator: " ")
        return lines.dropFirst(2).compactMap { line in
            let values = Dictionary(zip(columns, line.split(separator: " "))) { first, _ in first }
            guard let name = values["srv_name"], let host = values["srv_addr"],
                let port = values["srv_port"].flatMap({ Int($0) }),
                let administration = values["srv_admin_state"].flatMap({ Int($0) }),
                let weight = values["srv_uweight"].flatMap({ Int($0) })
            else { return nil }
            return ProxyServerState(
                name: String(name), host: String(host), port: port, isRunning: values["srv_op_state"] == "2",
                administration: administration & ~disabledInFile, weight: weight)
        }
    }
}

/// The processes of one HAProxy ("show proc").
struct ProxyProcesses: Hashable {
    var master: Int32 = 0
    /// Reloads that failed since the last that did not.
    var failedReloads = 0
    /// Also those of before a reload, which finish what they have.
    var workers: [Int32] = []

    static func parse(_ answer: String) -> ProxyProcesses? {
        var processes = ProxyProcesses()
        for line in answer.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(whereSeparator: { " \t[]".contains($0) })
            guard fields.count >= 2, let pid = Int32(fields[0]) else { continue }
            switch fields[1] {
            case "master":
                processes.master = pid
                if let index = fields.firstIndex(of: "failed:"), index + 1 < fields.count {
                    processes.failedReloads = Int(fields[index + 1]) ?? 0
                }
            case "worker": processes.workers.append(pid)
            default: break
            }
        }
        return processes.master == 0 ? nil : processes
    }
}

/// The table of "show stat": comma-separated, its first line names the columns.
enum ProxyStatistics {
    /// Requests that a server has, and that wait for it.
    static func sessions(of server: String, in answer: String) -> Int {
        let lines = answer.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard let columns = lines.first, let name = columns.firstIndex(of: "svname"),
            let current = columns.firstIndex(of: "scur"), let queued = columns.firstIndex(of: "qcur")
        else { return 0 }
        return lines.dropFirst().filter { $0.count == columns.count && $0[name] == server }
            .reduce(0) { $0 + (Int($1[current]) ?? 0) + (Int($1[queued]) ?? 0) }
    }
}
