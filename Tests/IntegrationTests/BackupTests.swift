import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// A backup of a server that works, and the same server made of it after everything was lost.
@Suite(.serialized) struct BackupTests {
    @Test func aBackupUnderLoadIsAServerAgain() async throws {
        let kept = TemporaryDirectory("deployd-backup")
        let file = kept.appending("backup.tar")
        try await withServer { server in
            for (path, text) in TestService(version: "one").files { try server.folder.write(text, to: "tree/\(path)") }
            let push = try await server.command("push", "\(server.folder.path)/tree")
            #expect(push.succeeded, "\(push.errorText)")
            try await Self.back(up: server, to: file, trying: kept)
            let again = try await server.command("backup", file)
            #expect(again.status == .exited(1) && again.errorText.contains("is there already"))
            #expect(access("\(server.folder.data)/backup/archive.tar", F_OK) != 0)
            var status = stat()
            #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
            let key = try Files.read("\(server.folder.data)/master.key", limit: 1024)
            #expect(try Files.read(file, limit: 64 << 20).firstRange(of: key) == nil)
            let token = readFile("\(server.folder.data)/admin.token")
            let version = try await server.api.version("hello", target: "local").deployed
            let events = Dictionary(
                uniqueKeysWithValues: try await server.api.events(limit: 500).items.map { ($0.id, $0) })

            #expect(await server.terminate() == .exited(0))
            #expect(await server.processes.endAll() == [])
            try Files.write(key, to: kept.appending("master.key"))
            try await Self.restore(file, of: server, with: kept.appending("master.key"))
            // Another key is refused by name; the backup is useless without its own.
            try Files.write(Array(repeating: 1, count: 32), to: "\(server.folder.data)/master.key")
            let wrong = try server.launch()
            #expect(await wrong.wait() == .exited(1))
            #expect(server.log.contains("put back the master key file that belongs to them"))
            try Files.write(key, to: "\(server.folder.data)/master.key")
            try Files.write(Array(token.utf8), to: "\(server.folder.data)/admin.token")
            try await server.start()

            // It is started from what was built.
            try await server.expect("the service to run again") {
                let instance = try await server.api.instance("hello", target: "local")
                guard instance.health == .healthy, let url = instance.entrypoints["web"]?.url else { return false }
                // Recorded as healthy, until somebody looks.
                return (try? await server.http.send(.init("GET", url)).text) == "one"
            }
            #expect(try await server.api.version("hello", target: "local").deployed == version)
            #expect(try await server.api.releases("hello").items.map(\.version) == [version])
            // What was recorded after the backup has other events under the same numbers, or none.
            let copied = try await server.api.events(limit: 500).items.reversed().prefix(6)
            #expect(copied.count == 6 && copied.allSatisfy { events[$0.id] == $0 })
        }
    }

    /// By the commands of docs/operations.md: beside what there was, looked at there, and then in its place.
    private static func restore(_ file: String, of server: RunningServer, with key: String) async throws {
        let text = readFile("\(ServerFolder.root)/docs/operations.md")
        let start = try #require(text.firstRange(of: "To restore, unpack it beside")).upperBound
        let block = try #require(text[start...].split(separator: "```\n", maxSplits: 2).dropFirst().first)
        let commands = block.split(separator: "\n").map(String.init)
        #expect(commands.last?.hasPrefix("deployd serve --data ") == true)
        let names = [
            ("/var/lib/deployd", server.folder.path), ("backup-2026-01-31.tar", file), ("KEPT/master.key", key),
            ("deployd doctor", "\(BuiltProgram.deployd) doctor"),
        ]
        for command in commands.dropLast() {
            let line = names.reduce(command) { $0.replacing($1.0, with: $1.1) }
            let result = try await server.runner.run(
                Command("sh", ["-c", line], environment: server.environment), deadline: .seconds(60),
                outputLimit: 1 << 20)
            guard command.hasPrefix("deployd doctor") else {
                #expect(result.succeeded, "\(line): \(result.errorText)")
                continue
            }
            // Nothing runs yet, which it says; what was in the backup is whole.
            #expect(result.status == .exited(1) && result.text.contains("SQLite's integrity_check passes"))
            #expect(result.text.contains("sealed values open with the master key"), "\(result.text)")
            let problems = result.text.split(separator: "\n").filter { $0.hasPrefix("  problem") }
            #expect(problems.allSatisfy { !$0.contains("database") }, "\(problems)")
        }
    }

    /// While others write, several times; the last one stays.
    private static func back(up server: RunningServer, to file: String, trying kept: TemporaryDirectory) async throws {
        let load = Task {
            while !Task.isCancelled {
                _ = try? await server.api.setHold("hello", environment: "local", reason: "load")
                try? await server.api.releaseHold("hello", environment: "local")
            }
        }
        for attempt in 1...3 {
            unlink(file)
            let outcome = try await server.command("backup", file)
            #expect(outcome.succeeded, "\(attempt): \(outcome.errorText)")
            let copy = kept.appending("try-\(attempt)")
            try unpack(file, into: copy)
            let verdict = try await verdict("\(copy)/deployd.db", server)
            #expect(verdict == "ok")
        }
        load.cancel()
        await load.value
    }

    private static func unpack(_ file: String, into directory: String) throws {
        try Files.makeDirectory(directory)
        let child = try ChildProcess(
            ["/usr/bin/tar", "-xf", file, "-C", directory], environment: ["PATH": "/usr/bin:/bin"],
            output: "/dev/null", errors: "/dev/null")
        var left = 6000
        while child.exit == nil, left > 0 {
            usleep(10_000)
            left -= 1
        }
        #expect(child.exit == .exited(0))
    }

    /// What SQLite itself says of a database.
    private static func verdict(_ path: String, _ server: RunningServer) async throws -> String {
        let program =
            "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])"
        let result = try await server.runner.run(
            Command("python3", ["-c", program, path], environment: server.environment), deadline: .seconds(60),
            outputLimit: 1 << 20)
        return String(result.text.prefix { !$0.isNewline })
    }
}
