public import Model
import System

/// Looks at a data directory's files that guard it, and at the server that has it. Blocks; changes nothing.
public struct DataExamination: Sendable {
    private let data: String

    /// - Parameter dataDirectory: absolute.
    public init(dataDirectory: String) { data = dataDirectory }

    public var findings: [Finding] { permissions + server }

    private var permissions: [Finding] {
        let check = FindingCheck(.data, "permissions")
        guard let directory = FileFacts(data) else {
            return [check.problem("there is no \(data)", do: "give the server's data directory with --data")]
        }
        guard directory.isDirectory else {
            return [check.problem("\(data) is not a directory", do: "give the server's data directory with --data")]
        }
        let secret = ["master.key", "admin.token", "deployd.db", "deployd.db-wal", "deployd.db-shm", "lock"]
        let files = secret.map { "\(data)/\($0)" } + sockets
        var found = files.flatMap { judge($0, directory, check) }
        if directory.isOpenToOthers {
            found.append(check.problem("\(data) can be entered by others than its owner", do: "chmod 700 \(data)"))
        }
        if FileFacts("\(data)/master.key") == nil {
            found.append(
                check.problem(
                    "the master key \(data)/master.key is gone: what is sealed cannot be read without it",
                    do: "put the file back from where you keep it"))
        }
        return check.list(found, orOk: "only its owner may read \(data), its key, token, database and sockets")
    }

    private func judge(_ path: String, _ directory: FileFacts, _ check: FindingCheck) -> [Finding] {
        guard let facts = FileFacts(path) else { return [] }
        var found: [Finding] = []
        if facts.isOpenToOthers {
            found.append(check.problem("\(path) can be used by others than its owner", do: "chmod 600 \(path)"))
        }
        if facts.owner != directory.owner {
            found.append(
                check.problem(
                    "\(path) belongs to the user \(facts.owner), the directory to \(directory.owner)",
                    do: "chown \(directory.owner) \(path)"))
        }
        return found
    }

    /// Of supervisors and of HAProxy.
    private var sockets: [String] {
        let runs = FileTree.names(in: "\(data)/runs").flatMap { application in
            FileTree.names(in: "\(data)/runs/\(application)").flatMap { target in
                FileTree.names(in: "\(data)/runs/\(application)/\(target)").map {
                    "\(data)/runs/\(application)/\(target)/\($0)/s"
                }
            }
        }
        return runs + ["\(data)/haproxy/run/s", "\(data)/haproxy/master.sock", "\(data)/haproxy/stats.sock"]
    }

    private var server: [Finding] {
        let check = FindingCheck(.data, "server")
        guard let pid = ServerLock(data).pid else {
            return [check.ok("no server runs on it; what it started goes on without one")]
        }
        let addresses = SocketTable.now().listening(pid)
        guard !addresses.isEmpty else {
            return [check.ok("the server is the process \(pid)")]
        }
        let open = addresses.filter { !$0.hasPrefix("127.") && !$0.hasPrefix("[::1]") }
        guard let first = open.first else {
            return [check.ok("the server is the process \(pid), on \(addresses.joined(separator: ", "))")]
        }
        return [
            check.warning(
                "the server listens on \(first), without TLS: tokens and secrets pass in the clear",
                do: "--listen 127.0.0.1:8420, and a proxy with TLS before it, unless only a proxy reaches this address")
        ]
    }
}
