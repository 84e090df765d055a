import Core
import Model

extension StoredQueries {
    func secrets(of application: String, in environment: String?) throws -> [ApplicationSecret] {
        let conditions = SQL.whereAll([
            .matching("application", application), .matching("environment", environment),
        ])
        return try rows("SELECT * FROM applicationSecrets \(conditions) ORDER BY environment, name") { row in
            ApplicationSecret(
                place: ApplicationSecret.Place(
                    application: try row["application"], environment: try row["environment"]),
                name: try row["name"], actor: try row["actor"], since: try row["since"])
        }
    }

    func secretFingerprints(in place: ApplicationSecret.Place) throws -> [String: String] {
        try byName(place) { row, _ in try row["fingerprint"] }
    }

    func secretValues(in place: ApplicationSecret.Place) throws -> [String: Secret] {
        let identity = try identity(of: place.application)
        return try byName(place) { row, name in
            let sealed: [UInt8] = try row["valueSealed"]
            return Secret(try vault.open(sealed, at: vaultPlace(identity, place.environment, name)))
        }
    }

    private func byName<Value>(
        _ place: ApplicationSecret.Place, _ value: (borrowing Row, String) throws -> Value
    ) throws -> [String: Value] {
        let found = try rows(
            """
            SELECT * FROM applicationSecrets
            WHERE application = \(place.application) AND environment = \(place.environment)
            """
        ) { row -> (String, Value) in
            let name: String = try row["name"]
            return (name, try value(row, name))
        }
        return Dictionary(found, uniquingKeysWith: { _, last in last })
    }

    /// - Parameter identity: the application's.
    fileprivate func vaultPlace(_ identity: String, _ environment: String, _ name: String) -> Vault.Place {
        Vault.Place("applicationSecrets", identity, environment, name, column: "value")
    }
}

extension StoredWriter {
    func put(_ secret: ApplicationSecret, value: Secret) throws {
        let identity = try identity(of: secret.place.application)
        let place = vaultPlace(identity, secret.place.environment, secret.name)
        try run(
            """
            INSERT OR REPLACE INTO applicationSecrets (
                application, environment, name, valueSealed, fingerprint, actor, since)
            VALUES (
                \(secret.place.application), \(secret.place.environment), \(secret.name),
                \(vault.seal(value.reveal(), at: place)), \(vault.fingerprint(of: value, at: place)), \(secret.actor),
                \(secret.since))
            """)
    }

    func removeSecret(_ name: String, in place: ApplicationSecret.Place) throws {
        try run(
            """
            DELETE FROM applicationSecrets
            WHERE application = \(place.application) AND environment = \(place.environment) AND name = \(name)
            """)
    }
}
