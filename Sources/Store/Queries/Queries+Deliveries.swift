import Core
import Model

extension StoredQueries {
    // The small indexes of what waits are named, since SQLite takes that of the status otherwise, and then sorts. The
    // condition must be theirs word for word.
    var waiting: SQL { "status IN ('accepted', 'processing')" }

    func delivery(id: String) throws -> Delivery? {
        try row("SELECT * FROM deliveries WHERE id = \(id)", delivery)
    }

    func delivery(key: Delivery.Key) throws -> Delivery? {
        try row(
            """
            SELECT * FROM deliveries WHERE digest = \(key.digest) AND delivery = \(key.delivery)
                AND hook = \(key.hook) AND provider = \(key.provider)
            """, delivery)
    }

    func deliveries(status: Delivery.Status?, repository: String?, _ page: PageRequest) throws -> Page<Delivery> {
        let conditions = [SQL.matching("status", status), SQL.matching("repository", repository)]
        return try newestFirst("deliveries", where: conditions, page, delivery)
    }

    func nextDeliveryTime(after moment: Timestamp) throws -> Timestamp? {
        try row(
            """
            SELECT notBefore FROM deliveries INDEXED BY deliveriesWaitingByTime
            WHERE \(waiting) AND notBefore > \(moment) ORDER BY notBefore LIMIT 1
            """
        ) { try $0["notBefore"] }
    }

    func waitingDeliveryCount(inLane lane: String) throws -> Int {
        try row(
            "SELECT count(*) FROM deliveries INDEXED BY deliveriesWaitingByLane WHERE \(waiting) AND lane = \(lane)"
        ) { try $0[0] } ?? 0
    }

    func waitingDeliveryCount() throws -> Int {
        try row("SELECT count(*) FROM deliveries INDEXED BY deliveriesWaiting WHERE \(waiting)") { try $0[0] } ?? 0
    }

    func delivery(_ row: borrowing Row) throws -> Delivery {
        var delivery = Delivery(
            id: try row["id"],
            key: Delivery.Key(
                provider: try row["provider"], hook: try row["hook"], delivery: try row["delivery"],
                digest: try row["digest"]),
            event: try row["event"], repository: try row["repository"],
            content: try RepositoryEvent(column: row["content"]), receivedAt: try row["receivedAt"],
            status: try row["status"], reason: try row["reason"], attempts: try row["attempts"],
            breakdowns: try row["breakdowns"], notBefore: try row["notBefore"],
            deployments: try (row["deployments"] as JSONColumn).texts)
        delivery.wait = try (row["imageWait"] as JSONColumn?)?.imageWait
        return delivery
    }
}

extension StoredWriter {
    func insert(_ delivery: Delivery) throws {
        let key = delivery.key
        try insert(
            """
            INSERT INTO deliveries (
                id, provider, hook, delivery, digest, event, repository, content, receivedAt, status, reason, attempts,
                breakdowns, notBefore, deployments, imageWait)
            VALUES (
                \(delivery.id), \(key.provider), \(key.hook), \(key.delivery), \(key.digest), \(delivery.event),
                \(delivery.repository), \(delivery.content.column), \(delivery.receivedAt), \(delivery.status),
                \(delivery.reason), \(delivery.attempts), \(delivery.breakdowns), \(delivery.notBefore), \(JSONColumn(delivery.deployments)),
                \(delivery.wait.map(JSONColumn.init)))
            """, conflict: "this delivery is stored already")
    }

    func update(_ delivery: Delivery) throws {
        try update(
            """
            UPDATE deliveries SET
                status = \(delivery.status), reason = \(delivery.reason), attempts = \(delivery.attempts),
                breakdowns = \(delivery.breakdowns), notBefore = \(delivery.notBefore),
                deployments = \(JSONColumn(delivery.deployments)), imageWait = \(delivery.wait.map(JSONColumn.init))
            WHERE id = \(delivery.id)
            """, missing: "there is no delivery \(delivery.id)")
    }
}
