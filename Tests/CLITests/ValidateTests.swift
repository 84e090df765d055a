import TestSupport
import Testing

@testable import CLI

@Suite struct ValidateTests {
    private let directory = TemporaryDirectory("deployd-validate")

    /// What is printed, with the folder's own name left out.
    private func validate(_ paths: String...) async -> Outcome {
        var outcome = await run(["validate"] + paths.map { directory.appending($0) })
        outcome.output = outcome.output.split(separator: "\(directory.path)/").joined()
        outcome.errors = outcome.errors.split(separator: "\(directory.path)/").joined()
        return outcome
    }

    @Test func everyErrorOfEveryFileIsALine() async throws {
        try write(
            """
            service: hello
            prots: { http: 5000 }
            env: { PORT: "1", URL: "${requires.users.url}" }

            """, to: directory.appending("bad/deployd.yaml"))
        try write("world: here\ncapabilities: { deploy:proces: {} }\n", to: directory.appending("bad/worlds/w.yaml"))
        try write("repository: other\n", to: directory.appending("bad/resource-repos/acme/repository.yaml"))
        let expected = """
            bad/deployd.yaml:2:1: prots: unknown key; did you mean 'ports'?
            bad/deployd.yaml:3:8: env.PORT: deployd sets this variable itself, from port or ports
            bad/deployd.yaml:3:25: env.URL: unknown reference '${requires.users.url}'; \
            known here: application, commit, environment, target, version, world
            bad/resource-repos/acme/repository.yaml:1:1: repository: the folder is named 'acme'; the two must be equal
            bad/worlds/w.yaml:2:17: capabilities.deploy:proces: unknown key; did you mean 'deploy:process'?

            """
        #expect(await validate("bad") == Outcome(status: 1, output: expected, errors: "deployd: 5 errors\n"))
    }

    @Test func goodFilesAreCounted() async throws {
        try write("service: hello\nport: 5000\n", to: directory.appending("good/deployd.yaml"))
        try write("environment: test\n", to: directory.appending("good/worlds/w.yaml"))
        #expect(await validate("good") == Outcome(status: 0, output: "ok: 2 files\n"))
        #expect(await validate("good/deployd.yaml") == Outcome(status: 0, output: "ok: 1 file\n"))
        #expect(await validate("good/worlds") == Outcome(status: 0, output: "ok: 1 file\n"))
    }

    @Test func aResourceRepositoryAloneIsChecked() async throws {
        try write("repository: acme\n", to: directory.appending("acme/repository.yaml"))
        try write("slug: other\n", to: directory.appending("acme/folder.yaml"))
        let outcome = await validate("acme")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("acme/folder.yaml:1:"))
    }

    @Test func whatCannotBeReadDoesNotHideTheRest() async throws {
        try write("service: Hello\n", to: directory.appending("deployd.yaml"))
        try write("key: 1\n", to: directory.appending("other.yaml"))
        try write("world: [\n", to: directory.appending("broken.yaml"))
        let outcome = await validate("missing", "other.yaml", "broken.yaml", "deployd.yaml")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(outcome.status == 1)
        #expect(lines.count == 4)
        #expect(lines.dropFirst(2).first?.hasPrefix("broken.yaml:2:1: not valid YAML: ") == true)
        #expect(lines.first == "missing: cannot read missing: No such file or directory")
        #expect(lines.dropFirst().first?.hasPrefix("other.yaml: none of the files that deployd reads") == true)
        #expect(lines.last?.hasPrefix("deployd.yaml:1:10: service:") == true)
    }

    @Test func anEmptyFolderIsAnError() async throws {
        try write("", to: directory.appending("empty/notes.txt"))
        let message = "empty: nothing to check: no deployd.yaml, worlds, resource-repos or other *.yaml\n"
        #expect(await validate("empty") == Outcome(status: 1, output: message, errors: "deployd: 1 error\n"))
    }

    @Test func everyServiceOfARootIsChecked() async throws {
        try write(
            "services: [users, \"apps/*\", gone]\n", to: directory.appending("root/deployd.yaml"))
        try write("service: users\nport: 5000\n", to: directory.appending("root/users/deployd.yaml"))
        try write("service: Votes\n", to: directory.appending("root/apps/votes/deployd.yaml"))
        try write("service: users\nprots: 1\n", to: directory.appending("root/apps/a/deployd.yaml"))
        try write("service: users\n", to: directory.appending("root/apps/b/deployd.yaml"))
        try write("no service", to: directory.appending("root/apps/docs/README.md"))
        let sentence = "the service 'users' is declared by apps/b and users: one of them needs another name"
        let expected = """
            root/apps/a/deployd.yaml:2:1: prots: unknown key; did you mean 'ports'?
            root/apps/votes/deployd.yaml:1:10: service: 'Votes': \
            use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            root/deployd.yaml:1:29: services[2]: there is no root/gone/deployd.yaml
            root/users/deployd.yaml:1:1: service: \(sentence)
            root/apps/b/deployd.yaml:1:1: service: \(sentence)

            """
        let outcome = await validate("root")
        #expect(outcome == Outcome(status: 1, output: expected, errors: "deployd: 5 errors\n"))
        #expect(await validate("root/deployd.yaml") == Outcome(status: 0, output: "ok: 1 file\n"))
    }

    @Test func aGoodRootIsCounted() async throws {
        try write("services: [\"apps/*\"]\n", to: directory.appending("all/deployd.yaml"))
        let outcome = await validate("all")
        #expect(outcome.output == "all/deployd.yaml:1:12: services[0]: no folder that it names has a deployd.yaml\n")
        for name in ["a", "b"] {
            try write("service: \(name)\n", to: directory.appending("all/apps/\(name)/deployd.yaml"))
        }
        #expect(await validate("all") == Outcome(status: 0, output: "ok: 3 files\n"))
    }

    @Test(arguments: ["service", "world", "slug", "repository"])
    func schemasAreJSON(kind: String) async throws {
        let outcome = await run("schema", kind)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("{"))
    }
}
