import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// A service that prints as much as it can.
@Suite(.serialized) struct FloodTests {
    private static let program = """
        import subprocess
        subprocess.Popen(["yes", "0123456789012345678901234567890123456789012345678901234567890123456789"])

        """

    /// Its log stays bounded, the server small, the others unaffected, also while somebody follows it who hardly reads.
    @Test func aFloodOfOneServiceHarmsNobody() async throws {
        try await withServer { server in
            let calm = try await Project(server, repository: "acme/calm", application: "calm")
            try await calm.deploy(TestService(version: "calm", name: "calm"))
            let loud = try await Project(server)
            var files = TestService(version: "loud").files
            files["hello.py"] = Self.program + (files["hello.py"] ?? "")
            let before = try memory(of: server)
            let load = try await calm.load(rate: 50)
            let commit = try await loud.repository.push(files)
            _ = try await loud.announce(commit)
            try await loud.runs(commit)
            // It reads nothing: its pipe is full after 64 kB.
            let reader = try await server.runner.spawnDetached(
                Command(
                    "/bin/sh",
                    ["-c", "\"$0\" logs hello --follow | (sleep 600; cat) > /dev/null", BuiltProgram.deployd],
                    environment: server.environment, directory: server.folder.home))
            let place = "\(server.folder.data)/runs/hello/local"
            try await server.expect("a gigabyte to be printed") { try printed(below: place) > 1 << 30 }
            #expect(try size(below: place) < 51 << 20)
            let status = try await server.http.send(HTTPClientRequest("GET", "\(server.url)/healthz"))
            #expect(status.status == 200)
            let after = try memory(of: server)
            #expect(after - before < 64 << 10, "\(before) kB before, \(after) kB after")
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(try await calm.instance()?.health == .healthy)
            #expect(try await server.command("logs", "hello").text.contains("0123456789\n"))
            kill(-reader.pid, SIGKILL)
            kill(reader.pid, SIGKILL)
            // Neither does what it left running outlive it.
            #expect(try await server.command("destroy", "hello", "--yes").succeeded)
            #expect(server.processes.services.count == 1)
        }
    }

    /// In kB.
    private func memory(of server: RunningServer) throws -> Int {
        let line = readFile("/proc/\(server.pid ?? 0)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    private func logs(below place: String) throws -> [String] {
        try Files.entries(of: place).flatMap { run in
            try Files.entries(of: "\(place)/\(run.name)").map { "\(place)/\(run.name)/\($0.name)" }
        }.filter { $0.contains("/output.log") }
    }

    private func size(below place: String) throws -> Int {
        try logs(below: place).reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    /// How many bytes were printed at least: a rotated file's name says so.
    private func printed(below place: String) throws -> Int {
        try logs(below: place).compactMap { $0.split(separator: ".").last.flatMap { Int($0) } }.max() ?? 0
    }
}
