import Core
import Model
import TestSupport
import Testing

@testable import Store

struct ObjectTests {
    let fixture: Fixture
    var storage: SQLiteStorage { fixture.storage }

    init() throws { fixture = try Fixture() }

    @Test func objectsComeBackEqualAndSealed() async throws {
        let one = DeclaredObject(
            id: ObjectID(.environment, "qa"), document: ["description": "hunter2-document"], changedAt: moment(1))
        let two = DeclaredObject(id: ObjectID(.target, "qa"), document: ["environment": "qa"], changedAt: moment(2))
        let three = DeclaredObject(id: one.id, document: [:], changedAt: moment(3))
        try await storage.write { for object in [two, one] { try $0.put(object) } }
        #expect(try storage.readNow { try $0.declaredObjects() } == [one, two])
        let path = fixture.directory.appending("deployd.db")
        let sealed = try Connection(path: path, role: .reader).all("SELECT documentSealed FROM declaredObjects") {
            String(decoding: try $0["documentSealed"] as [UInt8], as: UTF8.self)
        }
        #expect(sealed.count == 2 && !sealed.contains { $0.contains("hunter2") })
        try await storage.write { writer in
            try writer.put(three)
            try writer.remove(two.id)
        }
        let reopened = try fixture.reopened(with: fixture.key)
        #expect(try reopened.readNow { try $0.declaredObjects() } == [three])
        reopened.close()
    }

    /// What belongs to a deleted application stays, for the next of its name; the versions that it should have do not.
    @Test func deletedApplicationsLeaveTheirHistory() async throws {
        let application = Sample.application("hello")
        let release = Release(
            application: "hello", version: "v1", source: .tree(digest: "dd"), reference: nil, file: [],
            createdAt: moment(4))
        try await fixture.insert(application)
        try await storage.write { writer in
            try writer.insert(release)
            try writer.insert(Sample.instance("hello"))
            try writer.insert(Sample.resource("s1"))
            try writer.put(
                EnvironmentVersion(application: "hello", environment: "qa", desired: "v1", changedAt: moment(5)))
            try writer.removeApplication("hello", at: moment(6))
        }
        let gone = try storage.readNow { (try $0.application("hello"), try $0.applications(PageRequest()).items) }
        #expect(gone == (nil, []))
        for body: @Sendable (any StorageWriter) throws -> Void in [
            { try $0.update(application) }, { try $0.removeApplication("hello", at: moment(7)) },
        ] {
            await #expect(throws: DeploydError.self) { try await storage.write(body) }
        }
        try await fixture.insert(application)
        await #expect(throws: DeploydError.self) { try await fixture.insert(application) }
        let (back, kept, versions, resources) = try await storage.read {
            (
                try $0.application("hello"), try $0.release("hello", "v1"), try $0.environmentVersions(of: "hello"),
                try $0.resources(of: Sample.instance("hello").id).map(\.id)
            )
        }
        #expect(back == application && kept == release && versions == [] && resources == ["s1"])
    }
}
