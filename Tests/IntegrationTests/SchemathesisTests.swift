import Client
import Glibc
import System
import TestSupport
import Testing

/// Schemathesis (https://schemathesis.io) reads the OpenAPI document and asks for everything that it describes, and for
/// what it does not.
@Suite(.serialized) struct SchemathesisTests {
    /// Where `scripts/install-schemathesis` puts it, or what `DEPLOYD_TEST_SCHEMATHESIS` names.
    static let program = getenv("DEPLOYD_TEST_SCHEMATHESIS").map { String(cString: $0) } ?? ""

    /// That nothing is a server's failure, and that every answer is one that the document describes: its status, its
    /// header fields, its type, and every member of it.
    private static let checks =
        "not_a_server_error,status_code_conformance,response_headers_conformance,content_type_conformance,"
        + "response_schema_conformance"

    @Test(
        .enabled(
            if: access(program, X_OK) == 0,
            "SKIPPED: no Schemathesis; scripts/install-schemathesis installs it, and DEPLOYD_TEST_SCHEMATHESIS names it"
        ))
    func everyAnswerIsDescribed() async throws {
        try await withServer { server in
            let project = try await Project(server)
            _ = try await project.deploy(TestService(version: "1"))
            let result = try await server.runner.run(
                Command(
                    Self.program,
                    [
                        "run", "\(server.url)/openapi.json", "--header", "Authorization: Bearer \(server.token)",
                        "--checks", Self.checks, "--phases", "coverage,fuzzing,stateful",
                        "--max-examples", "15", "--seed", "1", "--request-timeout", "30", "--no-color",
                        // These never end, or may not; and it cannot make archives.
                        "--exclude-path", "/api/v1/events/stream",
                        "--exclude-path", "/api/v1/applications/{application}/targets/{target}/log",
                        "--exclude-path", "/hooks/filesystem",
                    ], environment: server.environment, directory: server.folder.path),
                deadline: .seconds(600), outputLimit: 16 << 20)
            #expect(result.status == .exited(0), "\(String(decoding: result.output, as: UTF8.self).suffix(6000))")
            let isAlive = try await server.api.applications().items.map(\.name)
            #expect(isAlive.contains("hello"))
        }
    }
}
