import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// Disks that are full: what runs goes on, what is asked is told why, and all goes on by itself once there is room.
@Suite(.serialized, .enabled(if: SmallDisk.isAllowed, "SKIPPED: only root can mount the small disks that these fill"))
struct DiskFullTests {
    private static func ready(_ server: RunningServer) async throws -> (status: Int, text: String) {
        let answer = try await server.http.send(.init("GET", "\(server.url)/readyz", timeout: .seconds(60)))
        return (answer.status, answer.text)
    }

    /// A service whose commit has so many bytes that do not compress.
    private static func files(_ version: String, megabytes: Int) -> [String: String] {
        var files = TestService(version: version).files
        var text = ""
        while text.utf8.count < megabytes << 20 { text += String(UInt64.random(in: 0 ... .max), radix: 36) }
        files["large"] = text
        return files
    }

    /// The whole data directory's: the database, the sources, the logs.
    @Test func theDataDirectorysDisk() async throws {
        let folder = try ServerFolder()
        let disk = try SmallDisk(folder.data, megabytes: 96)
        defer { disk.remove() }
        let server = try RunningServer(folder)
        try await withServer(server) {
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let load = try await project.load(rate: 50)
            let two = try await project.repository.push(TestService(version: "two").files)
            disk.fill()
            // Each is stored, or told that it is not.
            var answers: Set<Int> = []
            try await server.expect("a push to be refused") {
                answers.insert(try await project.sender.send(project.sender.push(two)).status)
                return answers.contains(503)
            }
            #expect(answers.isSubset(of: [202, 503]))
            let full = "nothing can be recorded: the disk that holds the database is full; free some space on it"
            try await server.expect("readyz to say it") {
                let (status, text) = try await DiskFullTests.ready(server)
                return status == 503 && text.contains(full)
            }
            let doctor = try await server.command("doctor")
            #expect(doctor.status == .exited(1) && doctor.errorText.contains(full), "\(doctor.errorText)")
            let status = try await server.command("status")
            #expect(status.succeeded && status.text.contains("hello"), "\(status.errorText)")
            // A push that was stored before there was no room at all may have come to its end.
            #expect(["one", "two"].contains(try await project.answer()))

            disk.empty()
            try await server.expect("it to be ready") { try await DiskFullTests.ready(server).text == "ready\n" }
            try await project.announce(two)
            try await project.runs(two)
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(try await project.events().isWithoutGap)
        }
    }

    /// Where commits are fetched to, and where they are built.
    @Test(arguments: ["sources", "artifacts", "logs"])
    func aDiskOfItsOwn(name: String) async throws {
        let folder = try ServerFolder()
        try Files.makeDirectory(folder.data)
        let disk = try SmallDisk("\(folder.data)/\(name)", megabytes: 1)
        defer { disk.remove() }
        if name == "logs" { disk.fill() }
        let server = try RunningServer(folder)
        try await withServer(server) {
            let project = try await Project(server)
            let commit = try await project.repository.push(DiskFullTests.files("one", megabytes: 3))
            let delivery = try await project.announce(commit)
            let said = "free some space on that disk, and it goes on by itself"
            switch name {
            case "sources":
                try await server.expect("the delivery to say it") {
                    try await server.api.delivery(delivery).reason?.contains(said) == true
                }
                #expect(try await server.api.delivery(delivery).status != .failed)
            case "artifacts":
                try await server.expect("the deployment to say it") {
                    let deployment = try await project.deployments().first
                    return deployment?.steps.contains { $0.reason?.contains(said) == true } == true
                }
                #expect(try await project.deployments().map(\.status) == [.running])
            default:
                // Nobody waits for a log.
                try await project.runs(commit)
                #expect(server.log.contains("a deployment's log cannot be written"))
                #expect(server.log.contains(said))
            }
            let (status, text) = try await DiskFullTests.ready(server)
            #expect(status == 200 && text.contains("the disk of DATA/\(name) is full"), "\(text)")
            if name == "logs" { disk.empty() }
            try disk.resize(megabytes: 64)
            try await project.runs(commit)
            #expect(try await DiskFullTests.ready(server).text == "ready\n")
            guard name == "logs" else { return }
            try await project.deploy(TestService(version: "two"))
            let id = try #require(try await project.deployments().first?.id)
            let logs = try await server.command("logs", id)
            #expect(logs.text.contains("building two"), "\(logs.errorText)")
        }
    }
}
