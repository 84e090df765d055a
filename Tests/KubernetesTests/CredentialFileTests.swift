import Core
import System
import TestSupport
import Testing

@testable import Kubernetes

@Suite struct CredentialFileTests {
    private let directory = TemporaryDirectory("token")

    /// A file is read again each minute, and at once when the server refuses what it held.
    @Test func readsFilesAgain() async throws {
        let clock = ManualClock()
        let path = directory.appending("token")
        let connection = ClusterConnection(
            name: "c", server: "https://h", credential: CredentialSource(authorization: .tokenFile(path)))
        let keeper = CredentialKeeper(
            CredentialLoader(
                connection: connection, environment: [:], runner: try CommandRunner(), threads: BlockingThreads(),
                clock: clock))
        func token() async throws -> String? { try await keeper.current().credential.authorization?.reveal() }
        let missing = await #expect(throws: DeploydError.self) { try await token() }
        #expect(missing?.message.contains(path) == true)
        clock.advance(by: .seconds(3))
        try write("one\n", to: path)
        #expect(try await token() == "Bearer one")
        try write("two", to: path)
        clock.advance(by: .seconds(59))
        #expect(try await token() == "Bearer one")
        clock.advance(by: .seconds(2))
        #expect(try await token() == "Bearer two")
        try write("three", to: path)
        #expect(await keeper.refused(try await keeper.current().number))
        #expect(try await token() == "Bearer three")
    }

    /// What stands in the kubeconfig does not change by being asked for again.
    @Test func fixedCredentialsStayRefused() async throws {
        let connection = ClusterConnection(
            name: "c", server: "https://h",
            credential: CredentialSource(authorization: .basic(user: "a", password: Secret("b"))))
        let keeper = CredentialKeeper(
            CredentialLoader(
                connection: connection, environment: [:], runner: try CommandRunner(), threads: BlockingThreads(),
                clock: ManualClock()))
        let issue = try await keeper.current()
        #expect(issue.credential.authorization?.reveal() == "Basic YTpi")
        #expect(await !keeper.refused(issue.number))
    }
}
