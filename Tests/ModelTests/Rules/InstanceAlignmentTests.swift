import Core
import Model
import Testing

struct InstanceAlignmentTests {
    private static let moment = Timestamp(seconds: 9)

    private static func instance(
        _ target: String, environment: String = "dev", world: String? = "w", desired: String? = "v1",
        isDetached: Bool = false
    ) -> Instance {
        Instance(
            id: InstanceID(application: "hello", target: target), environment: environment, world: world,
            desired: desired, deployed: "v0", since: Timestamp(seconds: 1), detachment: isDetached ? "gone" : nil,
            createdAt: Timestamp(seconds: 1))
    }

    /// `TARGET ENVIRONMENT WORLD DESIRED [detached]`
    private static func text(_ instances: [Instance]) -> [String] {
        instances.map { one in
            [one.id.target, one.environment, one.world ?? "-", one.desired ?? "-"].joined(separator: " ")
                + (one.isDetached ? " detached" : "")
        }
    }

    @Test func instancesAreMadeMovedDetachedAndAttached() {
        let alignment = InstanceAlignment(
            application: "hello",
            placements: [
                Placement(environment: "dev", target: "same", world: "w"),
                Placement(environment: "dev", target: "new", world: "w"),
                Placement(environment: "dev", target: "new", world: "w"),
                Placement(environment: "qa", target: "new", world: "other"),
                Placement(environment: "qa", target: "moved", world: "w2"),
                Placement(environment: "dev", target: "back", world: "w"),
                Placement(environment: "qa", target: "tracked", world: nil),
                Placement(environment: "none", target: "unset", world: "w"),
            ],
            existing: [
                Self.instance("same"), Self.instance("moved"), Self.instance("back", desired: "v0", isDetached: true),
                Self.instance("gone"), Self.instance("gone before", isDetached: true),
                Self.instance("tracked", environment: "qa", desired: "v2"),
            ],
            desired: ["dev": "v1", "qa": "v2"], at: Self.moment, absence: { _ in "gone" })
        #expect(Self.text(alignment.created) == ["new dev w v1", "unset none w -"])
        #expect(Self.text(alignment.changed) == ["moved qa w2 v2", "back dev w v1", "gone dev w v1 detached"])
        #expect(alignment.created.allSatisfy { $0.createdAt == Self.moment && $0.deployed == nil })
        #expect(alignment.changed.allSatisfy { $0.deployed == "v0" })
    }

    @Test func nothingChangesTwice() {
        let placements = [Placement(environment: "dev", target: "a", world: "w")]
        let first = InstanceAlignment(
            application: "hello", placements: placements, existing: [], desired: [:], at: Self.moment,
            absence: { _ in "gone" })
        let second = InstanceAlignment(
            application: "hello", placements: placements, existing: first.created, desired: [:], at: Self.moment,
            absence: { _ in "gone" })
        #expect(!first.isEmpty && second.isEmpty)
    }

    /// What runs in a world is not taken for what runs in another.
    @Test func aTargetOfAnotherWorldDetachesWhatRuns() {
        var running = Self.instance("a")
        running.workload = Secret("{}")
        let other = { (instance: Instance) in
            InstanceAlignment(
                application: "hello", placements: [Placement(environment: "dev", target: "a", world: "w2")],
                existing: [instance], desired: ["dev": "v1"], at: Self.moment, absence: { _ in "gone" }
            ).changed
        }
        #expect(Self.text(other(running)) == ["a dev w v1 detached"])
        #expect(
            other(running).first?.detachment
                == "the target 'a' is the world 'w2' now, and this runs in 'w'; `deployd destroy hello --target a` lets "
                + "the next version be made there")
        #expect(Self.text(other(Self.instance("a"))) == ["a dev w2 v1"])
    }
}
