import Core
import Formats
import Glibc
import Model
import System
import TestSupport
import Testing

@testable import CLI

@Suite struct TopologyFilesTests {
    private let directory = TemporaryDirectory("deployd-topology")
    private var files: TopologyFiles {
        TopologyFiles(worlds: directory.appending("worlds"), repositories: directory.appending("resource-repos"))
    }

    private static let world = """
        world: here
        capabilities: { deploy:process: {}, local: {} }
        trusted: true
        resourceRepositories: [acme]
        targets: [{ environment: test }]

        """
    private static let repository = "repository: acme\n"
    private static let slug = """
        slug: folder
        description: A folder
        capability: local
        template: { kind: directory }
        outputs: { path: { from: path } }

        """

    private func writeGood() throws {
        try write(Self.world, to: directory.appending("worlds/here.yaml"))
        try write(Self.repository, to: directory.appending("resource-repos/acme/repository.yaml"))
        try write(Self.slug, to: directory.appending("resource-repos/acme/folder.yaml"))
    }

    @Test func withoutFoldersThereIsTheLocalWorld() throws {
        let content = try files.load().get()
        #expect(content.topology.worlds.keys.sorted() == ["local"])
        #expect(try files.count() == 0)
    }

    @Test func readsBothFolders() throws {
        try writeGood()
        try write("not: read", to: directory.appending("worlds/.hidden.yaml"))
        try write("not read", to: directory.appending("worlds/README.md"))
        let content = try files.load().get()
        #expect(content.topology.worlds.keys.sorted() == ["here"])
        #expect(content.topology.worlds["here"]?.resourceRepositories == ["acme"])
        #expect(try files.count() == 3)
    }

    /// 5,000 definitions are what one server should take, and a `repository.yaml` is beside them.
    @Test func aFolderMayHaveManyFilesButNotAnyNumber() throws {
        try writeGood()
        let folder = directory.appending("resource-repos/acme")
        for number in 2..<ResourceRepository.maximumFiles { symlink("folder.yaml", "\(folder)/\(number).yaml") }
        #expect(try files.count() == ResourceRepository.maximumFiles + 1)
        symlink("folder.yaml", "\(folder)/more.yml")
        let error = #expect(throws: DeploydError.self) { try files.count() }
        #expect(
            error?.message.replacing(directory.path, with: "")
                == "/resource-repos/acme has 10001 files that end in .yaml or .yml, and 10000 are the most of one folder: "
                + "put definitions into several repositories, and several worlds into one file")
    }

    @Test func gathersTheErrorsOfAllFiles() throws {
        try writeGood()
        try write("world: Here\n", to: directory.appending("worlds/a.yaml"))
        try write("slug: folder\ntemplte: {}\n", to: directory.appending("resource-repos/acme/folder.yaml"))
        let found = try files.load().diagnostics.map { $0.file.split(separator: "/").suffix(2).joined(separator: "/") }
        #expect(Set(found) == ["acme/folder.yaml", "worlds/a.yaml"])
    }

    /// The parameters of what a world shares may be secrets of the server.
    @Test func sharedParametersComeFromVariablesAndFiles() throws {
        try writeGood()
        try write(
            """
            slug: relay
            capability: local
            parameters: { user: { secret: true }, password: { secret: true }, size: { type: integer, default: 1, secret: true } }
            template: { kind: directory }
            """, to: directory.appending("resource-repos/acme/relay.yaml"))
        try write(
            Self.world + """
                shared:
                  mail: { slug: relay, params: { user: "u-${env:RELAY}", password: "${file:keys/relay}", size: "${env:SIZE}" } }
                """, to: directory.appending("worlds/here.yaml"))
        let server = { (environment: [String: String]) in
            TopologyFiles(
                worlds: directory.appending("worlds"), repositories: directory.appending("resource-repos"),
                environment: environment)
        }
        // Nothing is looked at without a server, and so nothing is missing.
        #expect(try files.load().diagnostics.isEmpty)
        let missing = try server(["SIZE": "large"]).load().diagnostics.map { "\($0.position): \($0.path)" }
        #expect(missing == ["7:34: shared.mail.params.user", "7:58: shared.mail.params.password"])
        try write("p4ss\n", to: directory.appending("worlds/keys/relay"))
        let wrong = try server(["RELAY": "a", "SIZE": "large"]).load().diagnostics
        #expect(wrong.map(\.message) == ["expected a whole number"])
        let reading = server(["RELAY": "a", "SIZE": "7"])
        let shared = try reading.load().get().topology.worlds["here"]?.shared["mail"]
        #expect(shared?.secrets.mapValues { $0.reveal() } == ["user": "u-a", "password": "p4ss", "size": "7"])
        let before = reading.signature()
        try write("another", to: directory.appending("worlds/keys/relay"))
        #expect(reading.signature() != before)
    }

    @Test func addressesThatNobodyFetchesFrom() throws {
        let addresses = [
            "http://git.example.com/a.git", "git://git.example.com/a.git", "https://git.example.com",
            "https://deployd:s3cret@git.example.com/a.git", "https://git.example.com/a.git",
        ]
        let entries = addresses.map { "  - { git: \"\($0)\", ref: v3 }\n" }.joined()
        try write("world: w\nresourceRepositories:\n\(entries)", to: directory.appending("worlds/w.yaml"))
        let found = try files.load().diagnostics.map { "\($0.position): \($0.path): \($0.message)" }
        let no = "this is not a repository address that deployd fetches from:"
        #expect(
            found == [
                "3:7: resourceRepositories[0].git: \(no) use https://",
                "4:7: resourceRepositories[1].git: \(no) use https://, ssh:// or user@host:path",
                "5:7: resourceRepositories[2].git: \(no) it names no repository after the host",
                "6:7: resourceRepositories[3].git: \(no) it may hold no "
                    + "password; give it as a code repository's credentials, or use ssh and a key",
            ])
    }

    @Test func theSignatureChangesWithEachFile() throws {
        try writeGood()
        let first = files.signature()
        #expect(files.signature() == first)
        try write(Self.slug + "# more\n", to: directory.appending("resource-repos/acme/folder.yaml"))
        let second = files.signature()
        try Files.removeTree(directory.appending("worlds/here.yaml"))
        let third = files.signature()
        try Files.makeDirectory(directory.appending("resource-repos/empty"))
        #expect(Set([first, second, third, files.signature()]).count == 4)
    }
}
