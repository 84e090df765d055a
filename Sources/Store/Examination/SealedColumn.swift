import Core

/// A column that `Vault` sealed, and by what it says where a value belongs.
struct SealedColumn: Sendable {
    let table: String
    /// Without `Sealed`.
    let column: String
    /// What is selected of a row for its place.
    let keys: [String]
    let source: String

    private init(_ table: String, _ column: String, keys: [String], source: String? = nil) {
        (self.table, self.column, self.keys) = (table, column, keys)
        self.source = source ?? table
    }

    /// Every one that the schema has.
    static let all: [SealedColumn] =
        ["webhookSecret", "username", "password"].map { SealedColumn("repositories", $0, keys: ["id"]) }
        + [SealedColumn("instances", "workload", keys: ["identity", "target"])]
        + [SealedColumn("deployments", "previous", keys: ["id"])]
        + ["parameters", "secretParameters", "secretOutputs", "state"].map {
            SealedColumn("resources", $0, keys: ["id"])
        }
        + [SealedColumn("declaredObjects", "document", keys: ["kind", "name"])]
        + [
            SealedColumn(
                "applicationSecrets", "value", keys: ["identity", "environment", "applicationSecrets.name"],
                source: "applicationSecrets JOIN applications ON applications.name = application")
        ]

    /// How many values there are, and of those that do not open where they are and why.
    func open(with vault: Vault, on connection: Connection) throws -> (count: Int, failures: [String]) {
        var count = 0
        var failures: [String] = []
        let selected = keys.enumerated().map { "\($1) AS key\($0)" }.joined(separator: ", ")
        try connection.forEach(
            "SELECT \(raw: selected), \(raw: column)Sealed AS sealed FROM \(raw: source) WHERE sealed IS NOT NULL"
        ) { row in
            var parts: [String] = []
            for index in keys.indices { parts.append(try row["key\(index)"]) }
            let sealed: [UInt8]? = try row["sealed"]
            count += 1
            do {
                _ = try vault.open(sealed, at: Vault.Place(table, row: parts, column: column))
            } catch {
                let reason = (error as? DeploydError)?.message ?? "\(error)"
                failures.append("\(column) of \(parts.joined(separator: "/")) in \(table): \(reason)")
            }
            return true
        }
        return (count, failures)
    }
}
