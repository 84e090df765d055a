import Core
import Model

/// Whether what is to be done is being done.
struct WorkLook {
    let connection: Connection
    let now: Timestamp

    /// After this long without a try, what waits is stuck: the longest pause between two tries is 5 minutes.
    private static let patience = Duration.seconds(900)
    /// Builds and commands before a deployment may take a quarter of an hour each, and each step is tried for ten minutes.
    private static let longDeployment = Duration.seconds(3 * 3600)

    var findings: [Finding] {
        checked("deliveries", deliveries) + checked("deployments", deployments) + checked("ports", ports)
    }

    private func checked(_ name: String, _ body: (FindingCheck) throws -> [Finding]) -> [Finding] {
        let check = FindingCheck(.work, name)
        do { return try body(check) } catch {
            return [check.problem("cannot be looked at: \(DatabaseLook.message(error))", do: "restore a backup")]
        }
    }

    private func deliveries(_ check: FindingCheck) throws -> [Finding] {
        let waiting: Int64 = try number("SELECT count(*) FROM deliveries WHERE status IN ('accepted', 'processing')")
        let limit = now + (.zero - WorkLook.patience)
        let stuck: [(String, Timestamp)] = try connection.all(
            """
            SELECT id, receivedAt FROM deliveries WHERE status IN ('accepted', 'processing')
            AND coalesce(notBefore, receivedAt) < \(limit) ORDER BY sequence
            """
        ) { (try $0["id"], try $0["receivedAt"]) }
        let setAside: [String] = try connection.all(
            "SELECT id FROM deliveries WHERE \(SQL.isSetAside) ORDER BY sequence DESC"
        ) { try $0["id"] }
        var found: [Finding] = []
        if let (id, received) = stuck.first {
            found.append(
                check.warning(
                    "\(stuck.count) deliveries wait for their turn for very long, the first (\(id)) since \(received)",
                    do: "start deployd if it is stopped; else `deployd get deliveries`, and look into the server's log")
            )
        }
        if let newest = setAside.first {
            found.append(
                check.warning(
                    "\(setAside.count) deliveries were set aside or given up, the last \(newest)",
                    do: "`deployd get deliveries` says why; mend that, then `deployd redeliver ID`"))
        }
        return check.list(found, orOk: "\(waiting) deliveries wait, none is stuck or set aside")
    }

    private func deployments(_ check: FindingCheck) throws -> [Finding] {
        let lost: [String] = try connection.all(
            """
            SELECT d.id || ' of ' || d.application || ' on ' || d.target AS text FROM deployments AS d
            LEFT JOIN instances AS i ON i.application = d.application AND i.target = d.target
            AND i.lifecycle <> 'destroyed'
            WHERE d.status IN ('pending', 'running') AND i.target IS NULL ORDER BY d.sequence
            """
        ) { try $0["text"] }
        let crowded: [String] = try connection.all(
            """
            SELECT application || ' on ' || target AS text FROM deployments WHERE status = 'running'
            GROUP BY application, target HAVING count(*) > 1
            """
        ) { try $0["text"] }
        let limit = now + (.zero - WorkLook.longDeployment)
        let long: [String] = try connection.all(
            "SELECT id FROM deployments WHERE status = 'running' AND startedAt < \(limit) ORDER BY sequence"
        ) { try $0["id"] }
        let unfinished = try number("SELECT count(*) FROM deployments WHERE status IN ('pending', 'running')")
        let found =
            lost.map {
                check.problem(
                    "the deployment \($0) is not over, and nothing runs it: its instance is gone",
                    do: "restart deployd; if it stays, report it")
            }
            + crowded.map {
                check.problem("\($0) has several deployments at once", do: "restart deployd; if it stays, report it")
            }
            + long.map {
                check.warning(
                    "the deployment \($0) runs for hours",
                    do: "`deployd logs \($0)` says at what; start deployd if it is stopped")
            }
        return check.list(found, orOk: "\(unfinished) deployments are under way, each with its instance")
    }

    private func ports(_ check: FindingCheck) throws -> [Finding] {
        let ownerless: [String] = try connection.all(
            """
            SELECT p.port || ' (' || p.purpose || ' of ' || p.application || ' on ' || p.target || ')' AS text
            FROM ports AS p LEFT JOIN instances AS i ON i.application = p.application AND i.target = p.target
            AND i.lifecycle <> 'destroyed'
            WHERE i.target IS NULL ORDER BY p.port
            """
        ) { try $0["text"] }
        let found = ownerless.map {
            check.problem("the port \($0) is reserved for what is gone", do: "restart deployd; if it stays, report it")
        }
        let count = try number("SELECT count(*) FROM ports")
        return check.list(found, orOk: "\(count) ports are reserved, each for an instance")
    }

    private func number(_ sql: SQL) throws -> Int64 { try connection.first(sql) { try $0[0] } ?? 0 }
}
