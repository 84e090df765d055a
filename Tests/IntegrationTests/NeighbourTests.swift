import Client
import Core
import Glibc
import HTTPClient
import TestSupport
import Testing

/// What one instance does or suffers does not reach another, nor requests that are under way.
@Suite(.serialized) struct NeighbourTests {
    /// A new entrypoint is a new listener: HAProxy reads its configuration again.
    @Test func aNewApplicationDoesNotDisturbTheOthers() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let load = try await project.load()
            for name in ["second", "third"] {
                let other = try await Project(server, repository: "acme/\(name)", application: name)
                try await other.deploy(TestService(version: name, name: name))
                #expect(try await other.answer() == name)
            }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(outcome.answers.keys.sorted() == ["one"])
        }
    }

    /// The old version finishes what it began, as long as `drain` says.
    @Test func aRequestUnderWayIsFinishedByTheVersionThatBeganIt() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            try await project.deploy(TestService(version: "one", drain: "100s", more: "env: { GATE: \"\(gate)\" }"))
            let url = try await project.entrypoint
            let http = server.http
            async let slow = http.send(HTTPClientRequest("GET", "\(url)/slow", timeout: .seconds(100)))
            try await server.expect("the request to be under way") { access("\(gate).waits", F_OK) == 0 }
            let second = try await project.push(TestService(version: "two"))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            unlink(gate)
            #expect(try await slow.text == "slow one")
            try await project.runs(second)
            try await server.expect("the first version's process to end") { server.processes.services.count == 1 }
        }
    }

    /// An entrypoint's proxy that dies is started again by its supervisor; a supervisor that dies by the server.
    @Test func theProxyComesBack() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let proxies = server.processes.all.filter { $0.workingDirectory.hasSuffix("/haproxy") }
            #expect(proxies.count >= 2)
            proxies.forEach { Glibc.kill($0.pid, SIGKILL) }
            try await server.expect("the entrypoint to answer") { (try? await project.answer()) == "one" }
            server.processes.all.filter {
                $0.words.last?.hasSuffix("/haproxy/run") == true || $0.workingDirectory.hasSuffix("/haproxy")
            }
            .forEach { Glibc.kill($0.pid, SIGKILL) }
            try await server.expect("the entrypoint to answer again") { (try? await project.answer()) == "one" }
            try await project.deploy(TestService(version: "two"))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
        }
    }

    /// The process of a supervisor that was killed is ended before another is started.
    @Test func aServiceWithoutItsSupervisorIsReplaced() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let pid = try await project.servingPid()
            server.processes.supervisors.filter { $0.words.last?.contains("/runs/") == true }
                .forEach { Glibc.kill($0.pid, SIGKILL) }
            try await server.expect("another process to serve") {
                let answer = try? await project.servingPid()
                return answer != nil && answer != pid
            }
            try await server.expect("one process to be left") { server.processes.services.count == 1 }
            try await project.deploy(TestService(version: "two"))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            try await server.expect("one process to be left") { server.processes.services.count == 1 }
        }
    }

    /// Deliveries are many and the version is one.
    @Test func aFloodOfDeliveriesOfOneCommitDeploysItOnce() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commit = try await project.repository.push(TestService(version: "one").files)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { try await project.sender.send(project.sender.push(commit)).status } }
                for try await status in group { #expect(status == 202) }
            }
            try await project.runs(commit)
            try await server.expect("every delivery to be processed") {
                try await server.api.deliveries(status: .processed).items.count == 40
            }
            #expect(try await project.deployments().map(\.status) == [.succeeded])
            #expect(try await project.events().deployedVersions == [commit])
        }
    }

    /// A repeat of a delivery that failed is processed again, under its id.
    @Test func aFailedDeliveryIsProcessedAgain() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commit = try await project.repository.push(TestService(version: "one").files)
            let bare = String(project.repository.url.dropFirst("file://".count))
            #expect(rename(bare, bare + ".away") == 0)
            let message = project.sender.push(commit)
            let first = try await project.sender.send(message)
            let failed = try await project.processed(first.delivery ?? "")
            #expect(failed.status == .failed)
            #expect(failed.reason?.contains("check the repository's address") == true)
            #expect(rename(bare + ".away", bare) == 0)
            #expect(try await project.sender.send(message) == first)
            try await project.runs(commit)
            #expect(try await project.processed(first.delivery ?? "").status == .processed)
        }
    }

    /// SIGTERM in the middle of a deployment: it goes on at the next start.
    @Test func aDeploymentOutlivesAnOrderlyStop() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            let second = try await project.push(TestService(version: "two", behaviour: [.buildWaits(for: gate)]))
            try await server.expect("the build to run") { access("\(gate).waits", F_OK) == 0 }
            #expect(await server.terminate() == .exited(0))
            unlink(gate)
            try await server.start()
            try await project.runs(second)
            #expect(try await project.deployments().map(\.status) == [.succeeded, .succeeded])
            #expect(try await project.events().isWithoutGap)
        }
    }
}
