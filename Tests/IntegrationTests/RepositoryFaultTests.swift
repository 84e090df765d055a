import Client
import Core
import Glibc
import System
import TestSupport
import Testing

/// Repositories that vanish or hang, with the built program and real git.
@Suite(.serialized) struct RepositoryFaultTests {
    /// Six hang, one does not: it deploys before any of the others has come to an end.
    @Test func hangingRepositoriesKeepOnlyThemselvesWaiting() async throws {
        let folder = try ServerFolder()
        try folder.write(RepositoryFaultTests.git, to: "bin/git")
        let server = try RunningServer(folder)
        let path = "PATH=\(folder.path)/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        do {
            try await server.start(behind: ["/usr/bin/env", path], options: ["--sweep-interval", "off"])
            var waiting: [String] = []
            for number in 1...6 {
                let project = try await Project(server, repository: "acme/hangs-\(number)", application: "h\(number)")
                let commit = try await project.repository.push(TestService(version: "one", name: "h\(number)").files)
                waiting.append(try await project.announce(commit))
            }
            try await server.expect("the intake to be full") {
                server.processes.all.count { $0.words.first == "sleep" && $0.words.last == "3600" } >= 4
            }
            try await Project(server).deploy(TestService(version: "one"))
            for id in waiting {
                let delivery = try await server.api.delivery(id)
                #expect([.accepted, .processing].contains(delivery.status) && delivery.attempts <= 1, "\(delivery)")
            }
            #expect(server.log.contains("a repository answers slowly; others go on meanwhile"))
            // It ends the commands that it runs.
            #expect(await server.terminate() == .exited(0))
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }

    /// A git that never ends where it would talk to a server about these.
    private static let git = """
        #!/bin/sh
        case "$*" in
        *hangs-*) case " $* " in *" fetch "*|*" ls-remote "*) exec sleep 3600 ;; esac ;;
        esac
        exec /usr/bin/git "$@"

        """

    /// What it was when it was pushed is said; once it is back it is found by itself.
    @Test func aRepositoryThatVanishedIsFoundWhenItIsBack() async throws {
        let server = try RunningServer(try ServerFolder())
        do {
            try await server.start(options: ["--sweep-interval", "1s"])
            let project = try await Project(server)
            let one = try await project.deploy(TestService(version: "one"))
            let bare = String(project.repository.url.dropFirst("file://".count))
            let two = try await project.repository.push(TestService(version: "two").files)
            rename(bare, "\(bare).away")
            let told = try await project.processed(try await project.announce(two))
            #expect(told.status == .failed)
            #expect(told.reason?.contains("check the repository's address") == true, "\(told)")
            #expect(try await project.instance()?.version == .init(desired: one, deployed: one))
            #expect(try await project.answer() == "one")
            rename("\(bare).away", bare)
            try await project.runs(two)
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }
}
