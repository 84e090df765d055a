import Core
import Model
import Testing

/// Who may be deployed where, and how versions come there.
struct PolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var policy = EnvironmentPolicy()
        var application = "shop-cart"
        /// nil: nobody declared it.
        var owner: String? = "acme/shop"
        /// Of the release; nil: a working tree; "-": there is no release.
        var repository: String? = "acme/shop"
        var way = VersionWay.set
        var isChange = true
        /// The beginning of the refusal; empty: it may.
        let expected: String

        var testDescription: String { name }
    }

    private static let named = EnvironmentPolicy(applications: ["shop-*", "web"])
    private static let code = EnvironmentPolicy(repositories: ["acme/*"])
    private static let promoted = EnvironmentPolicy(versions: .promotion)
    private static let pushed = EnvironmentPolicy(versions: .trigger)
    private static let notNamed =
        "the environment 'live' does not take 'mail': its rule is applications: [shop-*, web]; whoever runs it can list "
        + "it there"
    private static let wrongOwner =
        "the environment 'live' takes no code of evil/shop, which declares 'shop-cart': its rule is repositories: "
        + "[acme/*]; whoever runs it can list it there"
    private static let wrongCode =
        "the environment 'live' does not take version v1 of shop-cart, which comes from no code repository: its rule is "
        + "repositories: [acme/*]; push it to one of these and deploy that"
    private static let nobodysCode =
        "the environment 'live' takes code of certain repositories only, and none declares 'shop-cart': its rule is "
        + "repositories: [acme/*]; push it to one of these"
    private static let byPromotion =
        "the environment 'live' takes versions by promotion only: its rule is versions: promotion; use "
        + "`deployd promote shop-cart --environment FROM --to live`, or `deployd rollback shop-cart --environment live`"
    private static let byPush =
        "the environment 'live' takes versions from pushes only: its rule is versions: trigger; push what the service's "
        + "triggers name, or use `deployd rollback shop-cart --environment live`"

    static let cases =
        [
            Case(name: "no rule", expected: ""),
            Case(name: "named", policy: named, expected: ""),
            Case(name: "not named", policy: named, application: "mail", expected: notNamed),
            Case(
                name: "not named, rolled back", policy: named, application: "mail", way: .rollback, expected: notNamed),
            Case(name: "not named, unchanged", policy: named, application: "mail", isChange: false, expected: notNamed),
            Case(name: "its repository", policy: code, expected: ""),
            Case(name: "another's repository", policy: code, owner: "evil/shop", expected: wrongOwner),
            Case(name: "a tree", policy: code, repository: nil, way: .tree, expected: wrongCode),
            Case(name: "a tree, anywhere", repository: nil, way: .tree, expected: ""),
            Case(name: "a tree that is set", policy: code, repository: nil, expected: wrongCode),
            Case(name: "a tree that is rolled back to", policy: code, repository: nil, way: .rollback, expected: ""),
            Case(name: "an application of nobody", policy: code, owner: nil, repository: nil, expected: nobodysCode),
            Case(name: "an application of nobody, anywhere", owner: nil, repository: nil, expected: ""),
            Case(name: "what others deploy", policy: code, repository: "-", expected: ""),
            Case(
                name: "what others deploy, of nobody", policy: code, owner: nil, repository: "-", expected: nobodysCode),
        ]
        + VersionWay.allCases.flatMap { way in
            [
                Case(
                    name: "promotion: \(way)", policy: promoted, way: way,
                    expected: [.promote, .rollback].contains(way)
                        ? "" : byPromotion + (way == .trigger ? "; take it out of the service's triggers" : "")),
                Case(
                    name: "trigger: \(way)", policy: pushed, way: way,
                    expected: [.trigger, .rollback].contains(way) ? "" : byPush),
                Case(name: "unchanged: \(way)", policy: promoted, way: way, isChange: false, expected: ""),
            ]
        }

    @Test(arguments: cases)
    func whatMayCome(_ one: Case) {
        let moment = Timestamp(seconds: 1)
        let topology = Topology(
            worlds: [], environments: [Environment(name: "live", policy: one.policy)], environmentSets: [])
        let application = Application(
            name: one.application, owner: one.owner.map { Application.Owner(repository: $0) },
            settings: .init(environmentSets: [], environments: ["live"]), createdAt: moment)
        let source = one.repository.map { SourceRevision.commit(repository: $0, commit: "c") } ?? .tree(digest: "d")
        let release =
            one.repository == "-"
            ? nil
            : Release(
                application: one.application, version: "v1", source: source, reference: nil, file: [],
                createdAt: moment)
        let refusal = PolicyRules(topology).refusal(
            of: "v1", release, of: application, to: "live", by: one.way, isChange: one.isChange)
        #expect((refusal?.message ?? "") == one.expected)
        #expect(refusal == nil || refusal?.code == .forbidden)
    }

    private static let topology = Topology(
        worlds: [
            World(name: "here"), World(name: "lab", allowsTargetsFrom: ["shop-*"]),
            World(name: "other", allowsTargetsFrom: ["web"]),
        ],
        environments: [
            Environment(name: "qa", targets: [Target(name: "qa-1", environment: "qa", world: "here")]),
            Environment(
                name: "live", targets: [Target(name: "live-1", environment: "live", world: "here")],
                policy: EnvironmentPolicy(applications: ["shop-*"])),
        ],
        environmentSets: [EnvironmentSet(name: "default", environments: ["qa", "live"])])

    /// `TARGET WORLD` where it is placed; `TARGET: REASON` of instances that are somewhere else.
    @Test(arguments: [
        (
            "shop-cart", ["qa-1 here", "live-1 here", "lab-1 lab"],
            [
                "old: the environment 'qa' no longer has the target 'old'",
                "gone: shop-cart no longer goes to the environment 'gone'",
                "mine: the world 'other' lets 'shop-cart' add no target of its own; whoever runs it can list it in "
                    + "allowTargetsFrom",
                "none: there is no world 'none'; there is here, lab, other",
                "qa-1: the target 'qa-1' belongs to the environment 'qa'; names of targets are unique on the server",
            ]
        ),
        (
            "mail", ["qa-1 here"],
            [
                "old: the environment 'qa' no longer has the target 'old'",
                "gone: mail no longer goes to the environment 'gone'",
                "mine: the environment 'live' does not take 'mail': its rule is applications: [shop-*]; whoever runs it can "
                    + "list it there",
                "none: the environment 'live' does not take 'mail': its rule is applications: [shop-*]; whoever runs it can "
                    + "list it there",
                "qa-1: the environment 'live' does not take 'mail': its rule is applications: [shop-*]; whoever runs it can "
                    + "list it there",
            ]
        ),
    ])
    func whereAnApplicationIs(name: String, placed: [String], absent: [String]) {
        let moment = Timestamp(seconds: 1)
        let own = [("lab-1", "lab"), ("mine", "other"), ("none", "none"), ("qa-1", "lab")].map {
            Target(name: $0.0, environment: "live", world: $0.1)
        }
        let places = ApplicationPlaces(
            of: Application(
                name: name, settings: .init(environmentSets: ["default"], environments: [], targets: own),
                createdAt: moment), in: Self.topology)
        #expect(places.placements.map { "\($0.target) \($0.world ?? "-")" } == placed)
        let instances = [("old", "qa"), ("gone", "gone"), ("mine", "live"), ("none", "live"), ("qa-1", "live")]
        let reasons = instances.map { target, environment in
            let instance = Instance(
                id: InstanceID(application: name, target: target), environment: environment, world: "here",
                since: moment, createdAt: moment)
            return "\(target): \(places.absence(of: instance))"
        }
        #expect(reasons == absent)
    }
}
