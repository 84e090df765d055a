import Core
import Model
import Testing

struct SecretNeedsTests {
    private static let place = ApplicationSecret.Place(application: "hello", environment: "qa")

    @Test func whatIsNotSetIsSaidWithTheCommand() {
        let needs = SecretNeeds(["A", "B", "C"], in: Self.place, known: ["B": "1", "D": "2"])
        #expect(needs.fingerprints == [:])
        let complete = SecretNeeds(["A", "B"], in: Self.place, known: ["A": "1", "B": "2", "D": "3"])
        #expect(complete.fingerprints == ["A": "1", "B": "2"] && complete.problems == [])
        #expect(
            needs.problems == [
                "the secret A is not set: run `deployd secret set hello A --environment qa`",
                "the secret C is not set: run `deployd secret set hello C --environment qa`",
            ])
    }

    private static func plan(_ secrets: [String: String], deployed: [String: String]) -> InstancePlan {
        let moment = Timestamp(seconds: 1)
        let instance = Instance(
            id: InstanceID(application: "hello", target: "a"), environment: "qa", world: "w", deployed: "v1",
            since: moment, secrets: deployed, createdAt: moment)
        let release = Release(
            application: "hello", version: "v1", source: .tree(digest: "ab"), reference: nil, file: [],
            createdAt: moment)
        return Planner.plan(
            PlannerInput(
                instance: instance, release: release, world: "w", worldSettings: .null, requirements: [],
                resources: [], secrets: secrets, steps: [], refusals: []))
    }

    /// A secret that was set, changed or removed makes other inputs, and is named.
    @Test func aChangeIsAnotherInputAndIsNamed() {
        let before = ["A": "1", "B": "1"]
        let changes = [before, ["A": "2", "B": "1"], ["A": "2"], [:]]
        let plans = changes.map { Self.plan($0, deployed: before) }
        #expect(Set(plans.map(\.inputs)).count == changes.count)
        #expect(
            plans.map { $0.actions.map(\.detail) } == [
                ["version v1 again"], ["version v1 again; changes the secret A"],
                ["version v1 again; changes the secrets A, B"], ["version v1 again; changes the secrets A, B"],
            ])
        // What it has is no input.
        #expect(Self.plan(before, deployed: [:]).inputs == plans[0].inputs)
    }

    @Test(arguments: [
        ("STRIPE_KEY", nil), ("PORT", "deployd sets it itself"), ("PORT_ADMIN", "deployd sets it itself"),
        ("a/b", "use 1 to 128 letters, digits and '_', no digit first"),
        (String(repeating: "A", count: 129), "use 1 to 128 letters, digits and '_', no digit first"),
    ])
    func names(name: String, problem: String?) { #expect(ApplicationSecret.problem(withName: name) == problem) }

    @Test(arguments: [
        ("x", nil), (String(repeating: "é", count: 32768), nil), ("", "it is empty"),
        (String(repeating: "é", count: 32769), "it is longer than 65536 bytes"),
        ("a\0b", "it has a NUL character, which no environment variable can"),
    ])
    func values(value: String, problem: String?) {
        #expect(ApplicationSecret.problem(withValue: Secret(value)) == problem)
    }
}
