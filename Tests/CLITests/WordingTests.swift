import Client
import Core
import Testing

@testable import CLI

/// Short sentences that are made of what the server says.
@Suite struct WordingTests {
    private static func instance(
        _ target: String, world: String? = "w", _ version: (String?, String?), _ health: Wire.Health,
        _ lifecycle: Wire.Instance.Lifecycle = .running, failed: String? = nil
    ) -> Wire.Instance {
        Wire.Instance(
            application: "hello", target: target, environment: "qa", world: world,
            version: Wire.Instance.Version(desired: version.0, deployed: version.1), health: health,
            since: Timestamp(seconds: 0), entrypoints: [:], detached: false, failedDeployment: failed,
            lifecycle: lifecycle)
    }

    @Test func doctorCountsWhatIsHow() {
        let instances = [
            Self.instance("a", ("1", "1"), .healthy), Self.instance("b", ("2", "1"), .healthy),
            Self.instance("c", (nil, nil), .missing), Self.instance("d", ("1", "1"), .suspended, .stopped),
            Self.instance("e", ("1", "1"), .degraded), Self.instance("f", world: nil, ("1", nil), .unknown),
            Self.instance("g", ("2", "1"), .healthy, failed: "d1"), Self.instance("h", ("1", nil), .progressing),
        ]
        #expect(
            DoctorCount(instances).text
                == "8 instances: 1 healthy, 2 being deployed, 1 stopped, 2 not well, 1 unknown, 1 without a version")
        #expect(DoctorCount([instances[0]]).text == "1 instance: 1 healthy")
        #expect(DoctorCount([]).text.hasPrefix("no instances yet: `deployd push`"))
        #expect(instances.filter(\.isUnwell).map(\.target) == ["e", "g"])
    }

    @Test func whatIsStoppedIsNotDeployed() {
        let instances = [
            Self.instance("a", ("1", "1"), .healthy), Self.instance("b", ("1", nil), .suspended, .stopped),
            Self.instance("c", world: nil, ("1", nil), .unknown), Self.instance("d", ("1", nil), .healthy, .destroying),
        ]
        #expect(
            instances.map { VersionCommandText.obstacle(on: $0) } == [
                nil, "b is stopped: the version is deployed there by `deployd start hello --target b`",
                "c: others deploy there, and report when they have", "d is being destroyed, and gets nothing",
            ])
    }

    @Test func rulesOfEnvironments() {
        let open = Wire.Environment(name: "a", applications: ["*"], repositories: ["*"], versions: .any)
        let strict = Wire.Environment(
            name: "b", applications: ["shop-*", "api"], repositories: [], versions: .promotion)
        #expect(
            [open.rules, strict.rules] == [
                "", "applications: shop-*, api; repositories: none; versions: by promotion only",
            ])
    }
}
