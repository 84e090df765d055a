import Core
import Formats
import Glibc
import System
import TestSupport
import Testing

@testable import Kubernetes

/// With real programs.
@Suite struct ExecPluginTests {
    private let directory = TemporaryDirectory("plugin")
    private static let version = "client.authentication.k8s.io/v1"

    private func connection(_ script: String, _ more: String = "") throws -> ClusterConnection {
        try write(script, to: directory.appending("plugin.sh"))
        let text = """
            clusters:
            - name: c
              cluster:
                server: https://h
                tls-server-name: n
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: \(Self.version)
                  interactiveMode: Never
                  command: sh
                  args: [\(directory.appending("plugin.sh")), --flag]
                  env: [{name: LOG, value: \(directory.appending("log"))}]
            \(more)
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
        return try Kubeconfig.parse(Array(text.utf8), file: directory.appending("config")).get().connection()
    }

    private func keeper(_ connection: ClusterConnection, _ clock: ManualClock) throws -> CredentialKeeper {
        CredentialKeeper(
            CredentialLoader(
                connection: connection, environment: ["PATH": "/usr/bin:/bin"], runner: try CommandRunner(),
                threads: BlockingThreads(), clock: clock))
    }

    private func credential(_ status: String) -> String {
        #"{"apiVersion": "\#(Self.version)", "kind": "ExecCredential", "status": \#(status)}"#
    }

    private func log() -> [Substring] {
        guard let bytes = try? Files.read(directory.appending("log"), limit: 1 << 16) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test func tellsThePluginOfTheCluster() async throws {
        let script = #"""
            echo "$1 $KUBERNETES_EXEC_INFO" >> $LOG
            echo '\#(credential(#"{"token": "t"}"#))'
            """#
        let clock = ManualClock()
        let blind = try keeper(connection(script), clock)
        let seeing = try keeper(connection(script, "      provideClusterInfo: true"), clock)
        for keeper in [blind, seeing] {
            #expect(try await keeper.current().credential.authorization?.reveal() == "Bearer t")
        }
        let head = #"--flag {"apiVersion":"\#(Self.version)","kind":"ExecCredential","spec":{"#
        let cluster = #""cluster":{"config":{"audience":"a"},"server":"https://h","tls-server-name":"n"},"#
        #expect(
            log() == ["\(head)\"interactive\":false}}", "\(head)\(cluster)\"interactive\":false}}"].map { $0[...] })
    }

    /// One run serves all until shortly before its end; a refusal has it run again, though not at once.
    @Test func keepsWhatThePluginGave() async throws {
        let clock = ManualClock()
        let end = (clock.now() + .seconds(100)).rfc3339
        let script = #"""
            echo run >> $LOG
            echo '\#(credential(#"{"token": "t", "expirationTimestamp": "\#(end)"}"#))'
            """#
        let keeper = try keeper(connection(script), clock)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await keeper.current() } }
            try await group.waitForAll()
        }
        #expect(log().count == 1)
        let issue = try await keeper.current()
        #expect(await !keeper.refused(issue.number), "it came this moment")
        clock.advance(by: .seconds(6))
        #expect(await keeper.refused(issue.number))
        _ = try await keeper.current()
        #expect(log().count == 2)
        #expect(await keeper.refused(issue.number), "there is a newer one")
        clock.advance(by: .seconds(83))
        _ = try await keeper.current()
        #expect(log().count == 2)
        clock.advance(by: .seconds(2))
        _ = try await keeper.current()
        #expect(log().count == 3, "10 seconds before its end")
    }

    @Test func givesClientCertificates() async throws {
        let script = "echo '\(credential(#"{"clientCertificateData": "C", "clientKeyData": "K"}"#))'"
        let credential = try await keeper(connection(script), ManualClock()).current().credential
        #expect(credential.certificate == Array("C".utf8) && credential.key == Array("K".utf8))
        #expect(credential.authorization == nil && "\(credential)" == "•••")
    }

    @Test func saysWhatThePluginDidWrong() async throws {
        let other = #"{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential"}"#
        let cases: [(script: String, more: String, code: DeploydError.Code, words: String)] = [
            ("echo first; echo expired >&2; exit 3", "", .unauthenticated, "exited with status 3: expired"),
            ("echo hello-secret", "", .unauthenticated, "it printed no JSON"),
            ("echo '{}'", "", .unauthenticated, "it printed no ExecCredential"),
            ("echo '\(other)'", "", .unauthenticated, "in another version"),
            ("echo '\(credential("{}"))'", "", .unauthenticated, "neither a token nor"),
            ("echo '\(credential(#"{"clientKeyData": "k", "token": "t"}"#))'", "", .unauthenticated, "only one of"),
            (
                "echo '\(credential(#"{"token": "t", "expirationTimestamp": "soon"}"#))'", "", .unauthenticated,
                "no time of RFC 3339"
            ),
            ("head -c 2000000 /dev/zero", "", .tooLarge, "printed more than"),
        ]
        for (script, more, code, words) in cases {
            let keeper = try keeper(connection(script, more), ManualClock())
            let error = await #expect(throws: DeploydError.self) { try await keeper.current() }
            #expect(error?.code == code && error?.message.contains(words) == true, "\(String(describing: error))")
            #expect(error?.message.contains("hello-secret") == false && error?.message.contains("user 'u'") == true)
        }
    }

    @Test func saysHowToInstallThePlugin() async throws {
        let text = """
            clusters: [{name: c, cluster: {server: 'https://h'}}]
            users:
            - name: u
              user: {exec: {apiVersion: \(Self.version), command: no-such-plugin, installHint: "Install\\nit"}}
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
        let connection = try Kubeconfig.parse(Array(text.utf8), file: "/k/config").get().connection()
        let clock = ManualClock()
        let keeper = try keeper(connection, clock)
        let error = await #expect(throws: DeploydError.self) { try await keeper.current() }
        #expect(
            error?.message == "the exec plugin no-such-plugin of user 'u' (/k/config:3) is not there: Install it")
    }

    /// A failure is the answer for all that ask within the next moments.
    @Test func isNotRunAgainAtOnceAfterAFailure() async throws {
        let clock = ManualClock()
        let keeper = try keeper(connection("echo run >> $LOG; exit 1"), clock)
        for _ in 0..<3 { await #expect(throws: DeploydError.self) { try await keeper.current() } }
        #expect(log().count == 1)
        clock.advance(by: .seconds(3))
        await #expect(throws: DeploydError.self) { try await keeper.current() }
        #expect(log().count == 2)
    }
}
