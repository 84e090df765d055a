import TestSupport

/// A `deployd.yaml` with `image:`, for the service of `TestImage`.
struct ClusterService {
    var name: String
    var replicas = "2"
    var update = "rolling"
    var deadline = "60s"
    /// Further lines.
    var more = ""
    /// Further files of the commit, by path.
    var files: [String: String] = [:]

    /// The whole commit.
    /// - Parameter image: without a tag.
    func commit(image: String) -> [String: String] {
        let declaration = """
            service: \(name)
            image: \(image)
            port: 5000
            replicas: \(replicas)
            update: \(update)
            health: { path: /healthz, interval: 1s, timeout: 5s, deadline: \(deadline) }
            drain: 10s
            \(more)

            """
        return files.merging(["deployd.yaml": declaration]) { $1 }
    }
}
