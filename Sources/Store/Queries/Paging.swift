import Core
import Model

extension SQL {
    /// `column = value`; nil when there is no value to ask for.
    static func matching(_ column: String, _ value: (some SQLBindable)?) -> SQL? {
        value.map { "\(raw: column) = \($0)" }
    }

    /// Of one of these instances; nil when there is nothing to ask for. However many they are, they are one value.
    static func oneOf(_ instances: [InstanceID]?) -> SQL? {
        instances.map { instances in
            let pairs = instances.map { JSONValue.array([.string($0.application), .string($0.target)]) }
            return """
                (application, target) IN (
                    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')
                    FROM json_each(\(JSONColumn(.array(pairs)))))
                """
        }
    }

    /// Of one of these instances, or of these worlds themselves; nil when there is nothing to ask for.
    static func oneOf(_ instances: [InstanceID]?, orSharedBy worlds: [String]) -> SQL? {
        guard let instances = oneOf(instances), !worlds.isEmpty else { return oneOf(instances) }
        let names = JSONColumn(.array(worlds.map(JSONValue.string)))
        return "(\(instances) OR application IS NULL AND world IN (SELECT value FROM json_each(\(names))))"
    }

    /// `WHERE` with all conditions, or nothing.
    static func whereAll(_ conditions: [SQL?]) -> SQL {
        let conditions = conditions.compactMap { $0 }
        return conditions.isEmpty ? "" : "WHERE \(SQL.joined(conditions, by: " AND "))"
    }
}

extension StoredQueries {
    /// One page of a table, newest first: in the order of commits, which `column` numbers.
    func newestFirst<Item: Sendable>(
        _ table: String, by column: String = "sequence", where conditions: [SQL?], _ request: PageRequest,
        _ decode: (borrowing Row) throws -> Item
    ) throws -> Page<Item> {
        let after: SQL? = try request.after.map { "\(raw: column) < \(try Cursor.number($0))" }
        let found = try rows(
            """
            SELECT * FROM \(raw: table) \(SQL.whereAll(conditions + [after]))
            ORDER BY \(raw: column) DESC LIMIT \(request.limit + 1)
            """
        ) { row in (cursor: "\(try row[column] as Int64)", item: try decode(row)) }
        return Cursor.page(found, limit: request.limit)
    }

    /// One page of a table by name.
    func byName<Item: Sendable>(
        _ table: String, where conditions: [SQL?] = [], _ request: PageRequest,
        _ decode: (borrowing Row) throws -> Item
    ) throws -> Page<Item> {
        let found = try rows(
            """
            SELECT * FROM \(raw: table) \(SQL.whereAll(conditions + [request.after.map { "name > \($0)" }]))
            ORDER BY name LIMIT \(request.limit + 1)
            """
        ) { row in (cursor: try row["name"] as String, item: try decode(row)) }
        return Cursor.page(found, limit: request.limit)
    }
}

/// Where a page ends and the next begins.
enum Cursor {
    /// - Throws: `DeploydError` `.invalid`.
    static func number(_ text: some StringProtocol) throws -> Int64 {
        guard let number = Int64(text) else { throw refusal(String(text)) }
        return number
    }

    static func refusal(_ text: String) -> DeploydError {
        DeploydError(.invalid, "'\(text)' is not a cursor that a list gave; leave it out to begin at the first page")
    }

    /// - Parameter found: one more than the limit where there are more.
    static func page<Item: Sendable>(_ found: [(cursor: String, item: Item)], limit: Int) -> Page<Item> {
        let next = found.count > limit ? found[limit - 1].cursor : nil
        return Page(items: found.prefix(limit).map(\.item), next: next)
    }

    /// The same; only the last of a page is asked for its cursor.
    static func page<Item: Sendable>(_ found: [Item], limit: Int, cursor: (Item) -> String) -> Page<Item> {
        guard found.count > limit else { return Page(items: found, next: nil) }
        return Page(items: Array(found[..<limit]), next: cursor(found[limit - 1]))
    }
}
