import Core
import Glibc
import TestSupport
import Testing

@testable import System

/// What a machine and a server do wrong, and what is said of it.
struct GitFaultTests {
    /// A git that does something else where it would fetch.
    private func mirror(
        _ fixture: GitFixture, fetching body: String, _ change: (inout GitOptions) -> Void = { _ in }
    ) async throws -> GitMirror {
        let program = fixture.temporary.appending("git")
        let script = """
            #!/bin/sh
            case "$*" in *" fetch "*) ;; *) exec git "$@" ;; esac
            \(body)
            """
        try Files.write(Array(script.utf8), to: program, mode: 0o755)
        var options = GitOptions(environment: ["PATH": "/usr/bin:/bin"])
        options.executable = program
        change(&options)
        return try await GitMirror.open(
            fixture.temporary.appending("mirror"), options: options, runner: fixture.runner, threads: fixture.threads)
    }

    private func fetch(_ mirror: GitMirror, _ fixture: GitFixture) async -> DeploydError? {
        await failure { _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: nil) }
    }

    /// 100 MB on either stream: what is kept is bounded, and the reason is the last line, of bounded length.
    @Test func aFloodIsBounded() async throws {
        let fixture = try await GitFixture()
        let flood = "yes 'remote: something went wrong' | head -c 100000000"
        let errors = try await mirror(
            fixture, fetching: "\(flood) >&2; echo >&2; echo 'fatal: the disk of the server is on fire' >&2; exit 128")
        let told = await fetch(errors, fixture)
        let url = try fixture.remote.url
        #expect(
            told?.message == "cannot fetch refs/heads/main from \(url): the disk of the server is on fire"
                && told?.code == .unavailable)
        let output = try await mirror(fixture, fetching: "\(flood)")
        #expect(
            await fetch(output, fixture)?.message
                == "\(url) cannot be read: git printed more than 1048576 bytes and was stopped; see whether its server is "
                + "well")
        let line = try await mirror(fixture, fetching: "head -c 100000000 /dev/zero | tr '\\0' x >&2; exit 1")
        #expect((await fetch(line, fixture)?.message.utf8.count ?? .max) < 1000)
    }

    @Test func aGitThatNeverEndsIsStopped() async throws {
        let fixture = try await GitFixture()
        let pid = fixture.temporary.appending("pid")
        let mirror = try await mirror(fixture, fetching: "echo $$ > \(pid); trap '' TERM; while :; do sleep 1; done") {
            $0.fetchDeadline = .milliseconds(500)
        }
        let told = await fetch(mirror, fixture)
        #expect(told?.code == .timedOut && told?.message.contains("did not end within 0.5 seconds") == true)
        let number = String(decoding: try Files.read(pid, limit: 20), as: UTF8.self).prefix { $0 != "\n" }
        #expect(await eventually { kill(pid_t(number) ?? 0, 0) != 0 })
    }

    /// A machine without git is mended, and then it goes on: nothing that was pushed is at fault.
    @Test func aMissingGitIsNobodysVerdict() async throws {
        let fixture = try await GitFixture()
        let commit = try await fixture.commit(["a": "1"])
        let folder = fixture.temporary.appending("bin")
        try Files.makeDirectory(folder)
        var options = GitOptions(environment: ["PATH": folder])
        options.executable = "git"
        func open() async throws -> GitMirror {
            try await GitMirror.open(
                fixture.temporary.appending("mirror"), options: options, runner: fixture.runner,
                threads: fixture.threads)
        }
        let told = await failure { _ = try await open() }
        #expect(
            told?.message == "git cannot be run: the program 'git' is not in PATH (\(folder)): install it, or name its "
                + "whole path")
        #expect(told?.code == .unavailable)
        symlink("/usr/bin/git", "\(folder)/git")
        let mirror = try await open()
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: nil) == commit)
    }

    /// It never asks: neither on a terminal, nor by a helper of the user's.
    @Test func aRepositoryThatAsksForAPasswordIsToldOf() async throws {
        let fixture = try await GitFixture()
        let server = try await GitServer(root: fixture.temporary.path, runner: fixture.runner)
        let asked = fixture.temporary.appending("asked")
        let askpass = fixture.temporary.appending("askpass")
        try Files.write(Array("#!/bin/sh\ntouch \(asked)\necho x\n".utf8), to: askpass, mode: 0o755)
        let home = fixture.temporary.appending("home")
        try Files.makeDirectory(home)
        try Files.write(Array("[core]\n\taskPass = \(askpass)\n".utf8), to: "\(home)/.gitconfig")
        let options = GitOptions(environment: [
            "PATH": "/usr/bin:/bin", "HOME": home, "GIT_ASKPASS": askpass, "SSH_ASKPASS": askpass, "DISPLAY": ":0",
        ])
        let mirror = try await GitMirror.open(
            fixture.temporary.appending("mirror"), options: options, runner: fixture.runner, threads: fixture.threads)
        let remote = try server.remote("/git/source", password: nil)
        let told = await failure { _ = try await mirror.fetch(remote, reference: "refs/heads/main", commit: nil) }
        #expect(told?.code == .unauthenticated && told?.message.contains("give the repository credentials") == true)
        #expect(access(asked, F_OK) != 0)
    }

    /// No verdict either: it goes on once there is room.
    @Test(.enabled(if: geteuid() == 0, "SKIPPED: only root can mount the small disk that this fills"))
    func aFullDiskIsToldOf() async throws {
        let fixture = try await GitFixture()
        let bytes = (0..<200_000).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }
        let commit = try await fixture.commit(["a": bytes.joined(separator: "\n")])
        let disk = fixture.temporary.appending("disk")
        try Files.makeDirectory(disk)
        try #require(mount("tmpfs", disk, "tmpfs", 0, "size=1m,mode=0700") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let mirror = try await GitMirror.open(
            "\(disk)/mirror", options: GitOptions(environment: ["PATH": "/usr/bin:/bin"]), runner: fixture.runner,
            threads: fixture.threads)
        let told = await fetch(mirror, fixture)
        #expect(told?.code == .unavailable)
        #expect(
            told?.message.contains("No space left on device; free some space on that disk") == true, "\(told as Any)")
        try #require(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=64m,mode=0700") == 0)
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: nil) == commit)
    }
}
