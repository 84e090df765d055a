import Core
import Glibc
import Kubernetes
import TestSupport
import Testing

@testable import Drivers

enum KubernetesValidate {
    /// What `DEPLOYD_TEST_KUBERNETES_VALIDATE` names, or where `scripts/install-kubernetes-validate` puts it.
    static var program: String? {
        let named = getenv("DEPLOYD_TEST_KUBERNETES_VALIDATE").map { String(cString: $0) } ?? ""
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let installed = "/\(root)/.build/kubernetes-validate/bin/kubernetes-validate"
        return [named, installed].first { !$0.isEmpty && access($0, X_OK) == 0 }
    }
}

/// The published schemas of Kubernetes, in strict mode: `kubernetes-validate` of PyPI has them.
@Suite(
    .enabled(
        if: KubernetesValidate.program != nil,
        "NOT RUN: no kubernetes-validate; scripts/install-kubernetes-validate installs it, and DEPLOYD_TEST_KUBERNETES_VALIDATE names it"
    ))
struct ManifestSchemaTests {
    /// The oldest version that the program knows, and the newest. The oldest has no `preStop.sleep` yet.
    @Test(arguments: [("1.25.0", false), ("1.37.0", true)]) func objectsAreOfTheSchema(
        version: String, canSleep: Bool
    ) async throws {
        let program = try #require(KubernetesValidate.program)
        var apis = APIVersions.current
        apis.canSleep = canSleep
        let directory = TemporaryDirectory("schemas")
        var files: [String] = []
        for (name, text) in try GoldenManifestTests.texts(apis) {
            files.append(directory.appending("\(name).yaml"))
            try write(text, to: directory.appending("\(name).yaml"))
        }
        for precanned in PrecannedSlug.all {
            let request = try precanned.request()
            let objects = try ResourceObjects(request: request, name: "hello-data", namespace: "develop").list()
            files.append(directory.appending("\(precanned.slug).yaml"))
            try write(ManifestText.documents(objects), to: directory.appending("\(precanned.slug).yaml"))
        }
        let log = directory.appending("log")
        let process = try ChildProcess(
            [program, "--strict", "-k", version] + files, environment: ["PATH": "/usr/bin:/bin"], output: log,
            errors: log)
        #expect(await process.wait() == .exited(0))
        let lines = try contents(log).split(separator: "\n")
        #expect(lines.filter { !$0.hasPrefix("INFO") } == [])
        #expect(!lines.isEmpty)
    }
}
