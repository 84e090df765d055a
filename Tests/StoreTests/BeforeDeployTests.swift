import Core
import Model
import Testing

@testable import Store

struct BeforeDeployTests {
    @Test func whatRanIsKnownUntilTheInstanceGoes() async throws {
        let fixture = try Fixture()
        try await fixture.insert(Sample.application("hello"))
        let (a, b) = (Sample.instance("hello"), Sample.instance("hello", "develop-b"))
        let ran = BeforeDeployRun(instance: a.id, version: "v1", deployment: "d1", endedAt: moment(5))
        try await fixture.storage.write { writer in
            try writer.insert(a)
            try writer.insert(b)
            try writer.insert(ran)
        }
        let known = try fixture.storage.readNow { reader in
            [
                try reader.beforeDeployRun(of: "v1", on: a.id), try reader.beforeDeployRun(of: "v2", on: a.id),
                try reader.beforeDeployRun(of: "v1", on: b.id),
            ]
        }
        #expect(known == [ran, nil, nil])
        await #expect(throws: DeploydError.self) { try await fixture.storage.write { try $0.insert(ran) } }
        try await fixture.storage.write { try $0.removeBeforeDeployRuns(on: a.id) }
        #expect(try fixture.storage.readNow { try $0.beforeDeployRun(of: "v1", on: a.id) } == nil)
    }
}
