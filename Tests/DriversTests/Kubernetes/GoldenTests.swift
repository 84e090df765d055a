import Core
import Glibc
import Kubernetes
import TestSupport
import Testing

@testable import Drivers

/// What services become, byte for byte. `DEPLOYD_TEST_WRITE_GOLDEN=1 swift test --skip-build --filter GoldenManifestTests` writes
/// the files anew, for a person to look at what is another.
@Suite struct GoldenManifestTests {
    static let versions: [(name: String, apis: APIVersions)] = [("current", .current), ("oldest", .oldest)]

    @Test(arguments: ["current", "oldest"]) func objectsAreAsWritten(folder: String) throws {
        let apis = try #require(GoldenManifestTests.versions.first { $0.name == folder }).apis
        let writes = getenv("DEPLOYD_TEST_WRITE_GOLDEN") != nil
        for (name, text) in try GoldenManifestTests.texts(apis) {
            let path = "\(GoldenManifestTests.directory)/\(folder)/\(name).yaml"
            if writes { try write(text, to: path) }
            #expect(try contents(path) == text, "\(path)")
        }
    }

    static var directory: String { "/\(#filePath.split(separator: "/").dropLast().joined(separator: "/"))/Golden" }

    /// Each case's documents: the Job that runs before, and then what stays.
    static func texts(_ apis: APIVersions) throws -> [(name: String, text: String)] {
        try ManifestCases.all.map { name, workload in
            (name, ManifestText.documents(try objects(workload, apis)))
        }
    }

    static func objects(_ workload: KubernetesWorkload, _ apis: APIVersions) throws -> [KubernetesObject] {
        var workload = workload
        workload.apis = apis
        let before = try Manifests.beforeDeploy(for: workload).filter { $0.kind == "Job" }
        return try Manifests.objects(for: workload) + before
    }
}

func write(_ text: String, to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try #require(file >= 0, "\(path) cannot be written")
    defer { close(file) }
    try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
}

func contents(_ path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    try #require(file >= 0, "\(path) is missing")
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}
