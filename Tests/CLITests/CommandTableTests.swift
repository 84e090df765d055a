import Testing

@testable import CLI

@Suite struct CommandTableTests {
    @Test func helpOfACommand() async {
        let expected = """
            Deploys a folder as it is, committed or not

            Usage: deployd push [DIR] [options]

            Arguments:
              DIR  the folder; default the current one

            Options:
              --environment E  where it goes; needed unless the application has only one
              --service NAME   only this one of several services; may be repeated
              --no-wait        do not follow the deployment
              --server URL     the server; default that of the credentials file, else http://127.0.0.1:8420 [DEPLOYD_SERVER]
              --token TOKEN    else from the credentials file [DEPLOYD_TOKEN]
              --output FORMAT  table (default) or json

            Files that git ignores stay out. The folder needs a deployd.yaml. The version is
            local-TIME-HASH, and is marked as not clean.

            Of a root that lists services every one is deployed, or those that --service names. A folder that such a
            root lists is pushed together with the root, and built there.

            """
        #expect(await run("push", "--help") == Outcome(status: 0, output: expected))
        #expect(await run("help", "push") == Outcome(status: 0, output: expected))
    }

    @Test func overviewListsEveryCommand() async {
        let overview = await run("--help")
        let missing = CommandTable.specs.filter { !overview.output.contains("  \($0.name) ") }.map(\.name)
        #expect(missing.isEmpty)
        #expect(overview.status == 0)
        #expect(await run("help") == overview)
    }

    @Test func overviewOfAGroup() async {
        let outcome = await run("repo", "--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("  repo add     Accepts the webhooks of a code repository\n"))
        #expect(!outcome.output.contains("push  "))
    }

    @Test(arguments: [
        (["satus"], "unknown command 'satus'; did you mean 'status'? (see `deployd --help`)"),
        (["frobnicate"], "unknown command 'frobnicate' (see `deployd --help`)"),
        (
            ["depoy"],
            "unknown command 'depoy'; `deployd push` deploys a folder, `deployd set-version` a version that was released "
                + "(see `deployd --help`)"
        ),
        (["releases"], "unknown command 'releases'; `deployd get releases` lists them (see `deployd --help`)"),
        ([], "say which command (see `deployd --help`)"),
        (["repo"], "repo needs one of add, list, remove, sweep (see `deployd --help`)"),
        (
            ["repo", "remve"],
            "unknown command 'repo remve'; did you mean 'remove'? (see `deployd --help`)"
        ),
        (
            ["status", "--output", "yaml"],
            "status: --output is table or json, not 'yaml' (see `deployd status --help`)"
        ),
        (
            ["get", "sulgs"],
            "get: unknown kind 'sulgs'; did you mean 'slugs'? (see `deployd get --help`)"
        ),
        (
            ["get", "things"],
            "get: unknown kind 'things'; there is applications, deliveries, deployments, environment-sets, environments, "
                + "instances, releases, resources, slugs, targets, worlds (see `deployd get --help`)"
        ),
        (
            ["get", "worlds", "--status", "failed"],
            "get: --status is not for worlds, but for deliveries, deployments (see `deployd get --help`)"
        ),
        (["rename", "hello"], "rename: NEW is missing (see `deployd rename --help`)"),
        (
            ["set-version", "hello", "--version", "1"],
            "set-version: --environment is missing (see `deployd set-version --help`)"
        ),
        (
            ["repo", "add", "a/b", "https://x", "--provider", "github", "--password-file", "f"],
            "repo add: --password-file needs --username (see `deployd repo add --help`)"
        ),
        (
            ["schema", "words"],
            "schema: unknown kind 'words'; did you mean 'world'? (see `deployd schema --help`)"
        ),
    ])
    func wrongUsageIsStatus2(arguments: [String], message: String) async {
        let outcome = await run(arguments)
        #expect(outcome == Outcome(status: 2, errors: "deployd: \(message)\n"))
    }

    private static let noToken =
        "no token for http://127.0.0.1:8420: run `deployd login --server http://127.0.0.1:8420`, or set DEPLOYD_TOKEN"

    /// What may be a secret is not repeated.
    @Test(arguments: [
        ["secret", "set", "hello", "KEY", "hunter2", "--environment", "qa"],
        ["secret", "set", "hello", "KEY=hunter2", "--environment", "qa"],
        ["secret", "set", "hello", "KEY", "--environment", "qa", "--value=hunter2"],
    ])
    func aSecretIsNeverAnArgument(arguments: [String]) async {
        let outcome = await run(arguments)
        #expect(outcome.status == 2 && !outcome.errors.contains("hunter2"))
        #expect(outcome.errors.contains("a value is never an argument") || arguments.last?.hasPrefix("--value") == true)
    }

    @Test(arguments: [
        (["secret", "list", "hello", "--environment", "qa"], noToken),
        (["rename", "hello", "greeter"], noToken),
        (["token"], "the command 'token' is not built yet"),
        (["get", "promotions"], "`get promotions` is not built yet"),
        (["status"], noToken),
        (
            ["status", "--server", "localhost", "--token", "t"],
            "the server 'localhost' must be a URL such as http://127.0.0.1:8420"
        ),
        (
            ["push", "/nonexistent"],
            "there is no folder '/nonexistent'; give the one that holds deployd.yaml"
        ),
        (["push", "/dev/null"], "'/dev/null' is no folder; give the one that holds deployd.yaml"),
    ])
    func failuresAreStatus1(arguments: [String], message: String) async {
        #expect(await run(arguments) == Outcome(status: 1, errors: "deployd: \(message)\n"))
    }

    @Test func anUnreachableServerIsNamed() async {
        // Port 1 of loopback: nobody listens there.
        let outcome = await run("status", "--server", "http://127.0.0.1:1/", "--token", "secret-token")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("deployd: http://127.0.0.1:1 does not answer"))
        #expect(outcome.errors.contains("is the server running? start it with `deployd serve`"))
        #expect(!outcome.errors.contains("secret-token"))
    }

    @Test func version() async {
        #expect(await run("--version") == Outcome(status: 0, output: "deployd \(ProgramVersion.text)\n"))
    }

    /// Completions and errors are made from the specs, so these must not contradict themselves.
    @Test func specsAreConsistent() {
        for spec in CommandTable.specs {
            let names = spec.options.map(\.name)
            #expect(Set(names).count == names.count, "\(spec.name)")
            #expect(names.allSatisfy { $0.hasPrefix("--") }, "\(spec.name)")
            #expect(!spec.summary.isEmpty && !spec.summary.hasSuffix("."), "\(spec.name)")
        }
        let names = CommandTable.specs.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
