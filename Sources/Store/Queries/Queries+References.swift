import Core
import Model

extension StoredQueries {
    func seenReferences(ofRepository id: String) throws -> [SeenReference] {
        try rows("SELECT * FROM seenReferences WHERE repository = \(id) ORDER BY name", seenReference)
    }

    func seenReference(_ name: String, ofRepository id: String) throws -> SeenReference? {
        try row("SELECT * FROM seenReferences WHERE repository = \(id) AND name = \(name)", seenReference)
    }

    private func seenReference(_ row: borrowing Row) throws -> SeenReference {
        SeenReference(
            repository: try row["repository"], name: try row["name"], commit: try row["commit"],
            delivery: try row["delivery"], seenAt: try row["seenAt"])
    }
}

extension StoredWriter {
    func put(_ reference: SeenReference) throws {
        try run(
            """
            INSERT OR REPLACE INTO seenReferences (repository, name, "commit", delivery, seenAt)
            VALUES (
                \(reference.repository), \(reference.name), \(reference.commit), \(reference.delivery),
                \(reference.seenAt))
            """)
    }

    func removeSeenReference(_ name: String, ofRepository id: String) throws {
        try run("DELETE FROM seenReferences WHERE repository = \(id) AND name = \(name)")
    }

    func update(_ sweep: CodeRepository.Sweep, ofRepository id: String) throws {
        try update(
            "UPDATE repositories SET sweptAt = \(sweep.at), sweepProblem = \(sweep.problem) WHERE id = \(id)",
            missing: "no repository '\(id)'")
    }
}
