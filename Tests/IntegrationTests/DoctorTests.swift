import Client
import Core
import Glibc
import System
import TestSupport
import Testing

/// What `deployd doctor` says of an installation that is well, and of one that is broken in each of many ways.
@Suite(.serialized) struct DoctorTests {
    private static let requirements = """
        requires: { key: secret, files: directory }
        secrets: [PASSWORD]
        env: { KEY: "${requires.key.value}", FILES: "${requires.files.path}" }
        """

    /// Every check that there is, once.
    private static let checks = [
        "machine git", "machine haproxy", "machine tools", "machine kernel", "machine openFiles", "machine disk",
        "data permissions", "data server", "database integrity", "database foreignKeys", "database schema",
        "database writeAheadLog", "database events", "database clock", "database sealed", "work deliveries",
        "work deployments", "work ports", "processes records", "processes services", "processes orphans",
        "processes strays", "processes versions", "entrypoints configuration", "entrypoints haproxy",
        "entrypoints certificates", "entrypoints ports", "files artifacts", "files runs", "files resources",
        "files logs", "files sources",
    ]

    @Test func whatIsWellIsSaidToBeAndWhatIsBrokenIsFound() async throws {
        try await withServer({ try $0.copyRepositories() }) { server in
            let project = try await Project(server)
            // The secret is the application's, which is there once it was pushed.
            try await project.deploy(TestService(version: "none"))
            let set = try await server.command(
                "secret", "set", "hello", "PASSWORD", "--environment", "local", input: "hunter2")
            #expect(set.succeeded, "\(set.errorText)")
            try await project.deploy(TestService(version: "one", more: Self.requirements))
            try await Self.isWell(server)

            try await server.kill()
            let alone = try await DoctorReading(server.folder.data, server)
            #expect(alone.trouble == [] && alone.status == .exited(0), "\(alone.text)")
            try await Self.findsWhatIsBroken(server)
            try await Self.findsWhatRunsForNobody(server)
            try await server.start()
            try await project.runs(try #require(try await project.instance()?.version.desired))
            let mended = try await DoctorReading(server.folder.data, server)
            #expect(mended.trouble == [], "\(mended.text)")
        }
    }

    private static func isWell(_ server: RunningServer) async throws {
        let well = try await DoctorReading(server.folder.data, server)
        #expect(well.trouble == [] && well.status == .exited(0), "\(well.text)")
        #expect(well.checks == checks)
        let text = try await server.command("doctor", "--data", server.folder.data)
        #expect(text.text.contains("  ok       SQLite's integrity_check passes\n"))
        #expect(!text.text.contains("hunter2"))
        let both = try await server.command("doctor", "--data", server.folder.data, "--server", server.url)
        #expect(both.succeeded && both.text.hasPrefix("server\n  ok       /healthz: ok\n  ok       /readyz: ok\n"))
        let remote = try await server.command("doctor")
        #expect(remote.succeeded && remote.text.contains("1 instance: 1 healthy"), "\(remote.text)")
        let nothing = try await server.command("doctor", "--data", "\(server.folder.path)/nowhere")
        #expect(nothing.status == .exited(1) && nothing.errorText.contains("nowhere"), "\(nothing.errorText)")
    }

    /// Each breakage on a copy of its own, all at the same time.
    private static func findsWhatIsBroken(_ server: RunningServer) async throws {
        let copies = "\(server.folder.path)/copies"
        try Files.makeDirectory(copies)
        var outcomes: [String: [String]] = [:]
        try await withThrowingTaskGroup(of: (String, [String]).self) { group in
            for (index, breakage) in Breakage.all.enumerated() {
                group.addTask {
                    let copy = "\(copies)/\(index)"
                    try await breakage.make(of: server.folder.data, at: copy, server)
                    return (breakage.name, try await DoctorReading(copy, server).trouble)
                }
            }
            for try await (name, trouble) in group { outcomes[name] = trouble }
        }
        #expect(outcomes == Dictionary(uniqueKeysWithValues: Breakage.all.map { ($0.name, $0.expected) }))
        try Files.removeTree(copies)
    }

    /// On the data itself, while no server mends it.
    private static func findsWhatRunsForNobody(_ server: RunningServer) async throws {
        let data = server.folder.data
        try await Breakage.change(data, ["UPDATE instances SET lifecycle = 'stopped'"], server)
        let orphan = try await DoctorReading(data, server)
        #expect(orphan.trouble == ["processes orphans problem", "entrypoints configuration problem"], "\(orphan.text)")
        try await Breakage.change(data, ["UPDATE instances SET lifecycle = 'running'"], server)
        let folder = try #require(server.processes.services.first?.workingDirectory)
        let stray = try ChildProcess(
            ["/bin/sh", "-c", "cd \(folder) && exec sleep 600"], environment: server.environment, output: "/dev/null",
            errors: "/dev/null")
        let left = try await DoctorReading(data, server)
        #expect(left.trouble == ["processes strays problem"], "\(left.text)")
        stray.signal(SIGKILL)
        _ = await stray.wait()
        for supervisor in server.processes.supervisors where supervisor.words.last?.contains("/runs/") == true {
            kill(supervisor.pid, SIGKILL)
        }
        try await server.expect("the supervisor to be gone") {
            !server.processes.supervisors.contains { $0.words.last?.contains("/runs/") == true }
        }
        let lost = try await DoctorReading(data, server)
        #expect(lost.trouble == ["processes services problem", "processes strays problem"], "\(lost.text)")
    }
}
