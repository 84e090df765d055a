import Client
import Core
import HTTPClient
import Synchronization
import Testing

@Suite(.serialized) struct EventStreamTests {
    /// A client that comes back with `Last-Event-ID` sees every event once, whatever happened to the server meanwhile.
    @Test func nothingIsLostOrDoubledOverACrash() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let seen = Mutex<[Wire.Event]>([])
            let api = try server.api
            let reader = Task {
                try await api.followEvents(after: 0, patience: .seconds(120)) { event in
                    seen.withLock { $0.append(event) }
                    return true
                }
            }
            defer { reader.cancel() }
            try await project.deploy(TestService(version: "one"))
            try await server.expect("the first events") { !seen.withLock(\.isEmpty) }
            let second = try await project.push(TestService(version: "two"))
            try await server.kill()
            try await server.start()
            try await project.runs(second)
            let third = try await project.deploy(TestService(version: "three"))
            let all = try await project.events()
            try await server.expect("all \(all.count) events") { seen.withLock(\.count) >= all.count }
            #expect(seen.withLock(\.self) == all)
            #expect(all.isWithoutGap)
            #expect(all.deployedVersions.last == third)
        }
    }
}
