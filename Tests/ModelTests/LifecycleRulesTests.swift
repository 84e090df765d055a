import Core
import Model
import Testing

struct LifecycleRulesTests {
    /// What each request makes of each state: nil where nothing changes, `refused` where it cannot be asked for.
    @Test func requests() {
        let expected: [Lifecycle.State: String] = [
            .running: "stopping - restarting destroying", .stopping: "- starting refused destroying",
            .stopped: "- starting refused destroying", .starting: "stopping - - destroying",
            .restarting: "stopping - - destroying", .destroying: "refused refused refused -",
            .destroyed: "refused refused refused refused",
        ]
        let found = Dictionary(
            uniqueKeysWithValues: Lifecycle.State.allCases.map { state in
                let results = Lifecycle.Request.allCases.map { request -> String in
                    var lifecycle = Lifecycle(state)
                    do {
                        return try lifecycle.take(request, by: "ada", cause: nil) ? lifecycle.state.rawValue : "-"
                    } catch {
                        return "refused"
                    }
                }
                return (state, results.joined(separator: " "))
            })
        #expect(found == expected)
    }

    @Test func whatGoesAndWhatIsKept() {
        let moment = Timestamp(seconds: 1)
        func definition(_ slug: String, _ deletion: ResourceDefinition.Deletion) -> ResourceDefinition {
            ResourceDefinition(slug: slug, capability: .local, template: .null, deletion: deletion)
        }
        func resource(_ name: String, _ slug: String, _ status: Resource.Status = .ready) -> Resource {
            Resource(
                id: name, instance: InstanceID(application: "hello", target: "a"), name: name, world: "w", slug: slug,
                repository: "acme", status: status, createdAt: moment, changedAt: moment)
        }
        let catalogue = ResourceCatalogue([
            ResourceRepository(name: "acme", definitions: [definition("kept", .retain), definition("gone", .delete)])
        ])
        let destruction = Destruction(
            of: [
                resource("data", "kept"), resource("port", "gone"), resource("half", "kept", .failed),
                resource("old", "unknown"), resource("never", "unknown", .failed),
            ], catalogue: catalogue)
        #expect(destruction.removed.map(\.resource.name) == ["half", "port"])
        #expect(destruction.retained.map(\.name) == ["old", "data"])
        #expect(destruction.forgotten.map(\.name) == ["never"])
    }
}
