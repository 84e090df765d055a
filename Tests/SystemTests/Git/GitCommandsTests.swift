import Core
import Testing

@testable import System

struct GitCommandsTests {
    private let commit = "1234567890123456789012345678901234567890"
    private let commands = GitCommands(
        executable: "git", directory: "/data/git/hello",
        environment: GitEnvironment(
            outer: [
                "PATH": "/bin", "HOME": "/root", "SSH_AUTH_SOCK": "/s", "GIT_DIR": "/evil", "GIT_SSH": "/evil",
                "DEPLOYD_TOKEN": "x",
            ], configurationFile: "/data/git/hello/deployd.gitconfig"))

    private func line(_ command: Command) -> String {
        ([command.executable] + command.arguments).joined(separator: " ")
    }

    @Test func writesEachCommandWordByWord() throws {
        let url = try RepositoryURL.parse("https://git.example.com:8443/hello")
        let prefix = "git --git-dir=/data/git/hello --literal-pathspecs -c core.hooksPath=/dev/null"
        let fetch =
            "fetch --quiet --force --no-tags --no-recurse-submodules --no-write-fetch-head --no-auto-maintenance"
        #expect(
            [
                commands.create(),
                commands.fetch("refs/heads/main", into: "refs/x", from: url, shallow: true, helper: nil),
                commands.fetch(commit, into: "refs/x", from: url, shallow: false, helper: "!cat /proc/1/fd/7 #"),
                commands.unshallow("refs/heads/main", into: "refs/x", from: url, helper: nil),
                commands.remoteReferences(url, helper: nil),
                commands.resolve("refs/x"),
                commands.keep(commit),
                commands.release(commit),
                commands.entry("deployd.yaml", at: commit),
                commands.content(of: commit),
                commands.archive(commit),
            ].map(line)
                == [
                    "\(prefix) init --quiet --bare --template=",
                    "\(prefix) \(fetch) --depth=1 --end-of-options \(url.text) +refs/heads/main:refs/x",
                    "\(prefix) -c credential.https://git.example.com:8443.helper=!cat /proc/1/fd/7 # \(fetch)"
                        + " --end-of-options \(url.text) +\(commit):refs/x",
                    "\(prefix) \(fetch) --unshallow --end-of-options \(url.text) +refs/heads/main:refs/x",
                    "\(prefix) ls-remote --quiet --symref --end-of-options \(url.text) HEAD refs/heads/* refs/tags/*",
                    "\(prefix) rev-parse --quiet --verify --end-of-options refs/x^{commit}",
                    "\(prefix) update-ref --end-of-options refs/deployd/commits/\(commit) \(commit)",
                    "\(prefix) update-ref -d --end-of-options refs/deployd/commits/\(commit)",
                    "\(prefix) ls-tree -z --long --full-tree --end-of-options \(commit) deployd.yaml",
                    "\(prefix) cat-file blob \(commit)",
                    "\(prefix) -c tar.umask=0022 archive --format=tar --end-of-options \(commit)",
                ])
    }

    @Test func givesGitOnlyItsOwnSurroundings() throws {
        let url = try RepositoryURL.parse("git@example.com:x")
        let command = commands.remoteReferences(url, helper: nil)
        #expect(
            command.environment == [
                "PATH": "/bin", "HOME": "/root", "SSH_AUTH_SOCK": "/s", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0",
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/data/git/hello/deployd.gitconfig",
                "GIT_ATTR_NOSYSTEM": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ALLOW_PROTOCOL": "ssh",
                "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15",
            ])
        #expect(command.directory == "/data/git/hello")
        #expect(commands.archive(commit).environment["GIT_ALLOW_PROTOCOL"] == "none")
    }

    @Test func readsWhatServersOffer() {
        let (a, b, c) = (commit, String(repeating: "b", count: 40), String(repeating: "c", count: 40))
        let text = """
            ref: refs/heads/main\tHEAD
            \(a)\tHEAD
            \(a)\trefs/heads/main
            \(b)\trefs/tags/v1
            \(c)\trefs/tags/v1^{}
            \(a)\trefs/tags/light
            nonsense
            xyz\trefs/heads/bad
            \(a)\trefs/heads/-bad

            """
        #expect(
            RemoteReferences.parse(Array(text.utf8))
                == RemoteReferences(
                    commits: ["refs/heads/main": a, "refs/tags/v1": c, "refs/tags/light": a],
                    defaultBranch: "refs/heads/main"))
        #expect(RemoteReferences.parse([]) == RemoteReferences(commits: [:], defaultBranch: nil))
    }

    @Test func readsTreeEntries() {
        let text =
            "100644 blob \(commit)       3\ta b\tc\u{0}120000 blob \(commit)       5\tl\u{0}"
            + "040000 tree \(commit)       -\td\u{0}160000 commit \(commit)       -\ts\u{0}"
        #expect(
            TreeEntry.parse(Array(text.utf8)) == [
                TreeEntry(kind: .file, object: commit, size: 3, path: "a b\tc"),
                TreeEntry(kind: .link, object: commit, size: 5, path: "l"),
                TreeEntry(kind: .directory, object: commit, size: nil, path: "d"),
                TreeEntry(kind: .submodule, object: commit, size: nil, path: "s"),
            ])
        #expect(TreeEntry.parse(Array("100644 blob x 3\ta".utf8) + [0xff, 0]) == nil)
        #expect(TreeEntry.parse(Array("nonsense\0".utf8)) == nil)
    }

    @Test func tellsVerdictsFromAccidents() {
        let cases: [(String, DeploydError.Code)] = [
            ("fatal: Authentication failed for 'https://h/x/'", .unauthenticated),
            ("fatal: could not read Username for 'https://h': terminal prompts disabled", .unauthenticated),
            ("git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.", .unauthenticated),
            ("Host key verification failed.\nfatal: Could not read from remote repository.", .unauthenticated),
            ("fatal: unable to access 'https://h/x/': The requested URL returned error: 403", .forbidden),
            ("remote: Repository not found.\nfatal: repository 'https://h/x/' not found", .notFound),
            ("fatal: '/x' does not appear to be a git repository", .notFound),
            ("fatal: couldn't find remote ref refs/heads/x", .notFound),
            ("fatal: transport 'file' not allowed", .invalid),
            ("fatal: unable to access 'https://h/x/': Could not resolve host: h", .unavailable),
            ("fatal: unable to access 'https://h/x/': The requested URL returned error: 503", .unavailable),
            ("error: RPC failed; curl 56\nfatal: early EOF", .unavailable),
            ("fatal: Unable to create '/d/shallow.lock': File exists.", .unavailable),
            ("something new", .unavailable), ("", .unavailable),
        ]
        let found = cases.map {
            GitFailure.error(doing: "fetch x", text: $0.0, status: .exited(128), hiding: nil).code
        }
        #expect(found == cases.map(\.1))
    }

    @Test func hidesPasswordsInMessages() {
        let error = GitFailure.error(
            doing: "fetch x",
            text: "fatal: unable to access 'https://bob:s3cr3t@h/x': s3cr3t is wrong, see ssh://eve@h/y",
            status: .exited(1),
            hiding: Secret("s3cr3t"))
        #expect(
            error.message == "cannot fetch x: unable to access 'https://•••@h/x': ••• is wrong, see ssh://•••@h/y")
    }

    @Test func refusesControlCharactersInCredentials() {
        #expect(throws: DeploydError.self) { try GitCredentials(username: "a\nhost=evil", password: Secret("x")) }
        #expect(throws: DeploydError.self) { try GitCredentials(username: "a", password: Secret("x\0y")) }
    }
}
