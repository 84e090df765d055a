import Core
import Model
import TestSupport
import Testing

@testable import Store

/// What is stored comes back equal, changes are kept, and identities are unique.
struct RoundTripTests {
    let fixture: Fixture
    var storage: SQLiteStorage { fixture.storage }

    init() throws { fixture = try Fixture() }

    /// Codes of what `bodies` throw, each in a change of its own.
    private func codes(
        _ bodies: (@Sendable (any StorageWriter) throws -> Void)...
    ) async throws -> [DeploydError.Code?] {
        var codes: [DeploydError.Code?] = []
        for body in bodies {
            do {
                try await storage.write(body)
                codes.append(nil)
            } catch let error as DeploydError {
                codes.append(error.code)
            }
        }
        return codes
    }

    @Test func repositories() async throws {
        let one = Sample.repository
        try await storage.write { try $0.insert(one, secrets: Sample.secrets) }
        let (byID, byName, secrets, page) = try await storage.read {
            (
                try $0.repository(id: "r1"), try $0.repository(named: "acme/hello"),
                try $0.repositorySecrets(id: "r1"), try $0.repositories(PageRequest())
            )
        }
        #expect(byID == one && byName == one && secrets == Sample.secrets)
        #expect(page == Page(items: [one], next: nil))
        let same = CodeRepository(
            id: "r2", name: one.name, url: "", provider: "gitlab", defaultBranch: "main", createdAt: moment(1))
        #expect(
            try await codes(
                { try $0.insert(same, secrets: .init()) }, { try $0.removeRepository(id: "r1") },
                { try $0.insert(same, secrets: .init()) }) == [.conflict, nil, nil])
        #expect(try storage.readNow { try $0.repositorySecrets(id: "r2") } == RepositorySecrets())
    }

    /// A branch that comes back to an old version was pushed last all the same.
    @Test func pushedVersions() async throws {
        func pushed(_ branch: String, _ version: String) -> PushedVersion {
            PushedVersion(application: "hello", reference: "refs/heads/\(branch)", version: version, delivery: "d1")
        }
        let pushes = [pushed("main", "c1"), pushed("next", "c2"), pushed("main", "c3"), pushed("main", "c1")]
        try await storage.write { transaction in for push in pushes { try transaction.put(push) } }
        #expect(try storage.readNow { try $0.pushedVersions(of: "hello") } == [pushes[3], pushes[1]])
        #expect(try storage.readNow { try $0.pushedVersions(of: "other") } == [])
    }

    @Test func whatWasSeenOfRefs() async throws {
        let seen = ["refs/heads/main", "refs/tags/v1"].map {
            SeenReference(repository: "r1", name: $0, commit: "c1", delivery: nil, seenAt: moment(1))
        }
        let moved = SeenReference(
            repository: "r1", name: "refs/tags/v1", commit: "c2", delivery: "d1", seenAt: moment(2))
        var swept = Sample.repository
        swept.sweep = CodeRepository.Sweep(at: moment(3), problem: "no answer")
        let sweep = swept.sweep
        try await storage.write { transaction in
            try transaction.insert(Sample.repository, secrets: Sample.secrets)
            for reference in seen + [moved] { try transaction.put(reference) }
            try transaction.update(sweep, ofRepository: "r1")
        }
        let (all, tag, repository) = try storage.readNow {
            (
                try $0.seenReferences(ofRepository: "r1"), try $0.seenReference("refs/tags/v1", ofRepository: "r1"),
                try $0.repository(id: "r1")
            )
        }
        #expect(all == [seen[0], moved] && tag == moved && repository == swept)
        try await storage.write { transaction in
            try transaction.removeSeenReference("refs/tags/v1", ofRepository: "r1")
            #expect(try transaction.seenReferences(ofRepository: "r1") == [seen[0]])
            try transaction.removeRepository(id: "r1")
            #expect(try transaction.seenReferences(ofRepository: "r1") == [])
        }
        #expect(try await codes({ try $0.update(sweep, ofRepository: "r1") }) == [.notFound])
    }

    @Test(arguments: [
        RepositoryEvent.ping, .ignored("a star"),
        .push(.init(reference: "refs/heads/main", before: nil, after: "2f1c", actor: "ada")),
        .push(.init(reference: "refs/tags/\"v1\"", before: "91ab", after: nil, actor: "")),
        .tree(.init(application: nil, environment: "qa", file: "f", digest: "d", isGzip: true, actor: "ada")),
        .tree(.init(application: "a", environment: nil, file: "f", digest: "d", isGzip: false, actor: "ada")),
    ])
    func deliveries(content: RepositoryEvent) async throws {
        var delivery = Sample.delivery("d1", content: content)
        let first = delivery
        try await storage.write { try $0.insert(first) }
        #expect(try storage.readNow { try $0.delivery(key: first.key) } == first)
        delivery.status = .failed
        delivery.reason = "no such ref"
        delivery.attempts = 3
        delivery.breakdowns = 2
        delivery.notBefore = moment(9)
        delivery.deployments = ["x1", "x2"]
        delivery.wait = ImageWait(since: moment(8), folders: ["", "services/\"a\""])
        let second = delivery
        try await storage.write { try $0.update(second) }
        #expect(try storage.readNow { try $0.delivery(id: "d1") } == second)
        let repeated = Delivery(
            id: "d2", key: first.key, event: "push", repository: nil, content: .ping, receivedAt: moment(9))
        #expect(
            try await codes({ try $0.insert(repeated) }, { try $0.update(Sample.delivery("d9")) })
                == [.conflict, .notFound])
    }

    @Test func applicationsReleasesAndVersions() async throws {
        var application = Sample.application("hello")
        try await fixture.insert(application, Sample.application("other"))
        application.owner = nil
        application.url = nil
        application.labels = [:]
        application.settings = .init(
            environmentSets: [], environments: ["a", "b"],
            triggers: [Trigger(.branch("main"), environment: "a"), Trigger(.tag("v*"), environment: "b")],
            targets: [
                Target(name: "lab", environment: "a", world: "w"), Target(name: "x", environment: "b", world: nil),
            ])
        application.detachment = "acme/hello no longer declares it"
        let changed = application
        var releases = [
            Release(
                application: "hello", version: "v1", source: .commit(repository: "acme/hello", commit: "2f1c"),
                path: "a", reference: "refs/tags/v1", file: [0xff, 0], createdAt: moment(4)),
            Release(
                application: "hello", version: "local-1", source: .tree(digest: "dd"), reference: nil, file: [],
                createdAt: moment(5)),
        ]
        releases[0].image = ImageReference(name: "registry.example.com/acme/hello", digest: "sha256:1")
        let made = releases
        var version = EnvironmentVersion(
            application: "hello", environment: "qa", desired: nil, changedAt: moment(6))
        version.hold = .init(reason: "rolled back", actor: "ada", since: moment(6))
        let held = version
        version.desired = "v1"
        version.revision = 1
        version.hold = nil
        let free = version
        try await storage.write { writer in
            try writer.update(changed)
            for release in made { try writer.insert(release) }
            try writer.setImageMovedTo("sha256:2", "hello", "v1")
            try writer.put(held)
        }
        let (back, listed, newest, version0) = try await storage.read {
            (
                try $0.application("hello"), try $0.applications(PageRequest()),
                try $0.releases(of: "hello", PageRequest()), try $0.environmentVersion("hello", "qa")
            )
        }
        #expect(back == changed && version0 == held)
        #expect(listed == Page(items: [changed, Sample.application("other")], next: nil))
        releases[0].imageMovedTo = "sha256:2"
        #expect(newest == Page(items: releases.reversed(), next: nil))
        let rejections = ["v9", "v1"].enumerated().map { number, version in
            Rejection(
                application: "hello", version: version, reason: "leaks \(number)", actor: "ada",
                since: moment(Int64(7 + number)))
        }
        try await storage.write { writer in
            for rejection in rejections { try writer.put(rejection) }
            try writer.removeRejection(of: "hello", "v2")
        }
        #expect(try storage.readNow { try $0.rejections(of: "hello") } == rejections.reversed())
        #expect(try storage.readNow { try $0.rejection("hello", "v9") } == rejections[0])
        try await storage.write { try $0.removeRejection(of: "hello", "v9") }
        #expect(try storage.readNow { try $0.rejections(of: "hello") } == [rejections[1]])
        try await storage.write { try $0.put(free) }
        #expect(try storage.readNow { try $0.environmentVersions(of: "hello") } == [free])
        #expect(
            try await codes(
                { try $0.insert(changed) }, { try $0.update(Sample.application("none")) },
                { try $0.insert(made[0]) },
                { try $0.put(.init(application: "none", environment: "qa", desired: nil, changedAt: moment(1))) })
                == [.conflict, .notFound, .conflict, .conflict])
    }

    @Test func instancesResourcesAndPorts() async throws {
        try await fixture.insert(Sample.application("hello"))
        let id = InstanceID(application: "hello", target: "develop-a")
        let port = PortReservation(port: 3042, instance: id, purpose: "entrypoint/web")
        try await storage.write { writer in
            try writer.insert(Sample.instance("hello"))
            try writer.insert(Sample.resource("s1"))
            try writer.insert(port)
            try writer.setPortCursor(3000)
            try writer.setPortCursor(3010)
        }
        let before = try await storage.read {
            (try $0.instance(id), try $0.resource(id: "s1"), try $0.ports(of: id), try $0.portCursor())
        }
        #expect(before == (Sample.instance("hello"), Sample.resource("s1"), [port], 3010))
        var instance = Sample.instance("hello")
        instance.workload = nil
        instance.verdict = nil
        instance.world = nil
        instance.health = .healthy
        instance.healthReason = nil
        instance.replicas = nil
        instance.detachment = "gone"
        instance.entrypoints = [:]
        var resource = Sample.resource("s1")
        resource.status = .failed
        resource.reason = "no disk"
        resource.outputs = ["port": .plain("5432")]
        resource.parameters = [:]
        resource.state = nil
        let (changedInstance, changedResource) = (instance, resource)
        try await storage.write { writer in
            try writer.update(changedInstance)
            try writer.update(changedResource)
        }
        let after = try await storage.read {
            (try $0.instances(.init(target: "develop-a")), try $0.resources(of: id), try $0.reservedPorts())
        }
        #expect(after == ([instance], [resource], [3042]))
        #expect(
            try await codes(
                { try $0.insert(Sample.instance("hello")) }, { try $0.update(Sample.instance("none")) },
                { try $0.insert(Sample.resource("s2")) }, { try $0.update(Sample.resource("s3")) },
                { try $0.insert(PortReservation(port: 3042, instance: id, purpose: "other")) },
                { try $0.insert(PortReservation(port: 1, instance: id, purpose: "entrypoint/web")) },
                { try $0.removeInstance(id) })
                == [.conflict, .notFound, .conflict, .notFound, .conflict, .conflict, .conflict])
        try await storage.write { writer in
            try writer.removeResource(id: "s1")
            try writer.removePorts(of: id)
            try writer.removeInstance(id)
        }
        #expect(try storage.readNow { try $0.instances(.init()) } == [])
    }

    @Test func deployments() async throws {
        var deployment = Sample.deployment("x1")
        try await storage.write { writer in
            try writer.insert(Sample.deployment("x1"))
            try writer.insert(Sample.deployment("x2", status: .running))
            try writer.insert(Sample.deployment("x3", target: "other", status: .succeeded))
        }
        let id = deployment.instance
        let unfinished = try storage.readNow {
            [try $0.unfinishedDeployments(), try $0.unfinishedDeployments(of: id)].map { $0.map(\.id) }
        }
        #expect(unfinished == [["x1", "x2"], ["x1", "x2"]])
        deployment.status = .succeeded
        deployment.reason = nil
        deployment.previous = nil
        deployment.endedAt = moment(9)
        deployment.steps[1].status = .succeeded
        let changed = deployment
        try await storage.write { try $0.update(changed) }
        let (back, newest) = try await storage.read {
            (try $0.deployment("x1"), try $0.deployments(.init(target: "develop-a"), PageRequest()))
        }
        #expect(back == changed)
        #expect(newest == Page(items: [Sample.deployment("x2", status: .running), changed], next: nil))
        #expect(
            try await codes({ try $0.insert(changed) }, { try $0.update(Sample.deployment("none")) })
                == [.conflict, .notFound])
    }

    @Test func tokens() async throws {
        let token = Token(id: "t1", name: "ada", role: .administrator, digest: "ab", createdAt: moment(1))
        try await storage.write { try $0.insert(token) }
        let same = Token(id: "t2", name: "bob", role: .administrator, digest: "ab", createdAt: moment(1))
        #expect(try await codes({ try $0.insert(same) }) == [.conflict])
        let found = try storage.readNow { (try $0.token(digest: "ab"), try $0.token(digest: "ac"), try $0.tokens()) }
        #expect(found == (token, nil, [token]))
        try await storage.write { try $0.removeToken(id: "t1") }
        #expect(try storage.readNow { try $0.tokens() } == [])
    }
}
