import Core
import Formats
import Model
import Testing

struct ApplicationPlanTests {
    private static let moment = Timestamp(seconds: 1)

    private static func instance(
        _ target: String, of application: String = "accounts", _ change: (inout Instance) -> Void = { _ in }
    ) -> Instance {
        var instance = Instance(
            id: InstanceID(application: application, target: target), environment: "qa", world: "w", desired: "v1",
            deployed: "v1", health: .healthy, since: moment, entrypoints: ["web": "http://\(application).\(target)"],
            createdAt: moment)
        change(&instance)
        return instance
    }

    private static func empty(_ instance: inout Instance) {
        (instance.deployed, instance.entrypoints, instance.health) = (nil, [:], .unknown)
    }

    private static func state(
        _ instances: [Instance], file: String? = "service: accounts\nport: 1", isKnown: Bool = true,
        _ unfinished: [Deployment] = []
    ) throws -> ApplicationState {
        ApplicationState(
            name: "accounts", isKnown: isKnown, instances: instances, desired: "v1",
            file: try file.map { try ServiceFile.parse(Array($0.utf8)).get() }, unfinished: unfinished)
    }

    /// `TARGET URL OBSTACLE`, or what stands against it.
    private static func plan(_ state: ApplicationState, known: [String] = []) -> String {
        let plan = ApplicationPlan(
            ["api": "accounts"], of: instance("b", of: "hello"), cause: Cause(.delivery, "d"),
            states: ["accounts": state], known: known)
        let needs = plan.needs.map { need in
            "\(need.instance.target) \(need.url ?? "-")"
                + (need.obstacle.map { " \($0.reason)\($0.isOrderOnly ? " (order)" : "")" } ?? "")
        }
        return (needs + plan.problems).joined(separator: "\n")
    }

    @Test func whichInstanceAndWhetherItCanBeUsed() throws {
        let deployment = { (cause: String, isCommitted: Bool) in
            Deployment(
                id: "x", instance: InstanceID(application: "accounts", target: "b"), environment: "qa", world: "w",
                version: "v2", actor: "", cause: Cause(.delivery, cause), createdAt: Self.moment,
                steps: [
                    DeploymentStep(
                        name: "s", kind: .entrypoint, isCommit: true, status: isCommitted ? .succeeded : .running)
                ])
        }
        let found = [
            Self.plan(try Self.state([Self.instance("a"), Self.instance("b")])),
            Self.plan(try Self.state([Self.instance("d"), Self.instance("c")])),
            Self.plan(
                try Self.state([
                    Self.instance("a") { $0.world = nil }, Self.instance("b") { $0.detachment = "gone" },
                    Self.instance("c") { $0.lifecycle = Lifecycle(.destroying) }, Self.instance("d"),
                ])),
            Self.plan(try Self.state([Self.instance("b", Self.empty)])),
            Self.plan(
                try Self.state([
                    Self.instance("b") {
                        Self.empty(&$0)
                        $0.verdict = Instance.Verdict(version: "v1", inputs: "", deployment: "d1")
                    }
                ])),
            Self.plan(
                try Self.state(
                    [
                        Self.instance("b") {
                            Self.empty(&$0)
                            $0.desired = nil
                        }
                    ], file: nil)),
            Self.plan(try Self.state([Self.instance("b") { $0.health = .degraded }])),
            Self.plan(try Self.state([Self.instance("b") { $0.lifecycle = Lifecycle(.stopped) }])),
            Self.plan(try Self.state([Self.instance("b")], [deployment("d", false)])),
            Self.plan(try Self.state([Self.instance("b")], [deployment("d", true)])),
            Self.plan(try Self.state([Self.instance("b")], [deployment("e", false)])),
            // What answers now counts, whatever the next version's file says.
            Self.plan(
                try Self.state([Self.instance("b") { $0.entrypoints = ["x": "http://x"] }], file: "service: accounts")),
        ]
        let failed = "whose deployment failed; see `deployd logs d1`"
        #expect(
            found == [
                "b http://accounts.b", "c http://accounts.c", "d http://accounts.d", "b - which is not deployed yet",
                "b - \(failed)", "b - which has no version in qa yet", "b http://accounts.b which is degraded",
                "b http://accounts.b which is stopped; `deployd start accounts --target b`",
                "b http://accounts.b which the same push deploys (order)", "b http://accounts.b",
                "b http://accounts.b", "b http://x",
            ])
    }

    @Test func whatCannotBeIsRefusedByBothNames() throws {
        let both = "service: accounts\nports: { a: 1, b: 2 }\nentrypoints: { x: a, y: b }"
        let found = [
            Self.plan(try Self.state([], isKnown: false)),
            Self.plan(try Self.state([], isKnown: false), known: ["acounts", "hello"]),
            Self.plan(try Self.state([])),
            Self.plan(try Self.state([Self.instance("b") { $0.world = nil }])),
            Self.plan(try Self.state([Self.instance("b", Self.empty)], file: "service: accounts")),
            Self.plan(try Self.state([Self.instance("b", Self.empty)], file: both)),
            Self.plan(
                try Self.state(
                    [Self.instance("b")],
                    file:
                        "service: accounts\nport: 1\nrequires: { x: { application: other }, y: { application: hello } }"
                )),
        ]
        let start = "requires.api: 'hello' requires the application 'accounts', which "
        #expect(
            found == [
                start + "nobody has declared; push it first", start + "nobody has declared; did you mean 'acounts'?",
                start + "is not in qa; add 'qa' to its environments",
                start + "others deploy in qa: its address is not known here",
                start + "has no entrypoint in qa: give it a port",
                start + "has several entrypoints there and none is named 'web'",
                "b http://accounts.b\nthe applications 'hello' and 'accounts' require each other: "
                    + "hello → accounts → hello; one of them must do without the other",
            ])
    }
}
