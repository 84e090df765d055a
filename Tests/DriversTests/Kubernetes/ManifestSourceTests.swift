import Core
import Kubernetes
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct ManifestSourceTests {
    /// From the service's folder of a monorepo, with what `${…}` stands for there.
    @Test func releasesHaveTheirManifests() async throws {
        let runner = try CommandRunner()
        let directory = TemporaryDirectory("manifests")
        let source = GitSource(
            dataDirectory: directory.path, spoolDirectory: directory.appending("spool"), allowsLocal: true,
            options: GitOptions(environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]), runner: runner,
            threads: BlockingThreads(), log: Log { _ in })
        let code = try await TestRepository(runner: runner)
        let commit = try await code.commit([
            "services/users/k8s/config.yaml":
                "# deployd: substitute\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { v: '${version}' }\n",
            "services/users/broken/a.yaml": "apiVersion: v1\n", "services/users/empty/README.md": "-",
        ])
        _ = try await source.fetch(code.repository, RepositorySecrets(), reference: "refs/heads/main", commit: commit)
        func outcome(_ folder: String?) async -> String {
            do {
                let objects = try await ManifestSource(source: source).manifests(
                    request(folder, .commit(repository: code.repository.name, commit: commit)))
                return objects.map { "\($0.origin) \($0.title) \($0.object["data"]?.text ?? "")" }.joined()
            } catch {
                return "\(error)"
            }
        }
        let outcomes = [
            await outcome(nil), await outcome("./k8s/"), await outcome("broken"), await outcome("empty"),
            await outcome("none"), await outcome("../../x"),
        ]
        #expect(
            outcomes == [
                "", "k8s/config.yaml:2:1 ConfigMap c {\"v\":\"v1\"}",
                "broken/a.yaml:1:1: kind: every object says its apiVersion and its kind",
                "manifests: no file of 'empty' ends in .yaml, .yml or .json",
                "manifests: version v1 has no folder 'none'",
                "'services/users/../../x' is not a path inside a repository",
            ])
    }

    private func request(_ folder: String?, _ revision: SourceRevision) -> WorkloadRequest {
        let release = Release(
            application: "users", version: "v1", source: revision, path: "services/users", reference: nil, file: [],
            createdAt: Timestamp(seconds: 0))
        var spec = ManifestCases.workload("users").spec
        spec.manifests = folder
        spec.references = ["version": Secret("v1")]
        return WorkloadRequest(
            instance: InstanceID(application: "users", target: "develop-a"),
            identity: InstanceIdentity(application: "users", target: "develop-a"), environment: "development",
            world: "develop", deployment: "01j", release: release, spec: spec,
            addresses: WorkloadAddresses(listen: [:], entrypoints: [:], environment: [:]), previous: nil)
    }
}
