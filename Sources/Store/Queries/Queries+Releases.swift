import Core
import Model

extension StoredQueries {
    func release(_ application: String, _ version: String) throws -> Release? {
        try row("SELECT * FROM releases WHERE application = \(application) AND version = \(version)", release)
    }

    func releases(of application: String, _ page: PageRequest) throws -> Page<Release> {
        try newestFirst("releases", where: ["application = \(application)"], page, release)
    }

    func pushedVersions(of application: String) throws -> [PushedVersion] {
        try rows("SELECT * FROM pushedVersions WHERE application = \(application) ORDER BY sequence DESC") { row in
            PushedVersion(
                application: try row["application"], reference: try row["reference"], version: try row["version"],
                delivery: try row["delivery"])
        }
    }

    private func release(_ row: borrowing Row) throws -> Release {
        var release = Release(
            application: try row["application"], version: try row["version"], source: try source(row),
            path: try row["path"], reference: try row["reference"], file: try row["file"],
            createdAt: try row["createdAt"])
        if let name: String = try row["image"] {
            release.image = ImageReference(name: name, digest: try row["imageDigest"])
            release.imageMovedTo = try row["imageMovedTo"]
        }
        return release
    }

    private func source(_ row: borrowing Row) throws -> SourceRevision {
        if let tree: String = try row["tree"] { return .tree(digest: tree) }
        return .commit(repository: try row["repository"], commit: try row["commit"])
    }
}

extension StoredWriter {
    func insert(_ release: Release) throws {
        let (repository, commit, tree): (String?, String?, String?) =
            switch release.source {
            case .commit(let repository, let commit): (repository, commit, nil)
            case .tree(let digest): (nil, nil, digest)
            }
        try insert(
            """
            INSERT INTO releases (
                application, version, repository, "commit", tree, path, reference, file, createdAt, image,
                imageDigest, imageMovedTo)
            VALUES (
                \(release.application), \(release.version), \(repository), \(commit), \(tree), \(release.path),
                \(release.reference), \(release.file), \(release.createdAt), \(release.image?.name),
                \(release.image?.digest), \(release.imageMovedTo))
            """, conflict: "the version \(release.version) of \(release.application) is released already")
    }

    func setImageMovedTo(_ digest: String?, _ application: String, _ version: String) throws {
        try update(
            """
            UPDATE releases SET imageMovedTo = \(digest) WHERE application = \(application) AND version = \(version)
            """, missing: "there is no release \(version) of \(application)")
    }

    func put(_ version: PushedVersion) throws {
        try run(
            """
            INSERT OR REPLACE INTO pushedVersions (application, reference, version, delivery)
            VALUES (\(version.application), \(version.reference), \(version.version), \(version.delivery))
            """)
    }
}
