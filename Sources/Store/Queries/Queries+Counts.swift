import Core
import Model

extension StoredQueries {
    func stateCounts() throws -> StateCounts {
        let instances = try rows(
            """
            SELECT health, count(*) AS number FROM instances WHERE world IS NOT NULL AND lifecycle <> 'destroyed'
            GROUP BY health
            """
        ) { row in (try row["health"] as Health, try row["number"] as Int) }
        return StateCounts(
            instances: Dictionary(instances, uniquingKeysWith: +),
            deliveriesSetAside: try count("deliveries WHERE \(SQL.isSetAside)"),
            resourcesMissing: try count("resources WHERE status = 'missing'"))
    }

    private func count(_ what: SQL) throws -> Int {
        try row("SELECT count(*) FROM \(what)") { try $0[0] } ?? 0
    }
}

extension SQL {
    /// Of deliveries: as `Delivery.givenUp` writes it.
    static let isSetAside: SQL =
        "status = 'failed' AND (reason LIKE 'set aside after %' OR reason LIKE 'given up after %')"
}
