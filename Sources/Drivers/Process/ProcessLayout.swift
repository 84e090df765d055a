import Model

/// Where the driver keeps what it makes, below the server's data directory:
///
/// ```
/// artifacts/APPLICATION/KEY/source   the files, built in place (some builds write their own path into what they make)
/// artifacts/APPLICATION/KEY/.built   there once the artifact is whole
/// runs/APPLICATION/TARGET/RUN        a supervisor's directory; RUN is the deployment's id
/// haproxy                            the entrypoints' configuration
/// ```
///
/// APPLICATION is that of `InstanceIdentity`: it does not change with the application's name.
struct ProcessLayout: Sendable {
    let data: String

    var artifacts: String { "\(data)/artifacts" }

    func artifacts(of application: String) -> String { "\(artifacts)/\(application)" }

    func artifact(_ application: String, _ key: String) -> ArtifactPaths {
        ArtifactPaths(root: "\(artifacts(of: application))/\(key)")
    }

    func runs(of application: String) -> String { "\(data)/runs/\(application)" }

    func runs(of instance: InstanceIdentity) -> String {
        "\(runs(of: instance.application))/\(instance.target)"
    }

    func run(_ name: String, of instance: InstanceIdentity) -> String { "\(runs(of: instance))/\(name)" }
}

/// The parts of one artifact.
struct ArtifactPaths: Sendable {
    let root: String

    var source: String { "\(root)/source" }
    /// `HOME` while it is built; goes afterwards.
    var home: String { "\(root)/home" }
    var marker: String { "\(root)/.built" }

    /// The folder of the service at `path` within the repository.
    func service(_ path: String) -> String { path.isEmpty ? source : "\(source)/\(path)" }
}
