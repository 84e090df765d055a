import Core
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct FileDeploymentLogsTests {
    private let directory = TemporaryDirectory()
    private let clock = ManualClock(Timestamp(seconds: 1_700_000_000))
    private let time = "2023-11-14T22:13:20.000000Z"

    private func logs(_ change: (inout FileDeploymentLogs.Bounds) -> Void = { _ in }) throws -> FileDeploymentLogs {
        var bounds = FileDeploymentLogs.Bounds()
        change(&bounds)
        return try FileDeploymentLogs(directory: directory.path, bounds: bounds, clock: clock, log: Log { _ in })
    }

    private func text(_ chunk: LogChunk) -> String { String(decoding: chunk.bytes, as: UTF8.self) }

    @Test func linesAreReadInOrderFromAnyOffset() async throws {
        let logs = try logs()
        #expect(try await logs.read("01a", from: 0, maximumBytes: 100) == LogChunk(bytes: [], next: 0))
        logs.append(["one", "two\nthree"], to: "01a")
        logs.append(["other"], to: "01b")
        let all = try await logs.read("01a", from: 0, maximumBytes: 1000)
        #expect(text(all) == "\(time) one\n\(time) two\n\(time) three\n")
        let first = try await logs.read("01a", from: 0, maximumBytes: 40)
        #expect(text(first) == "\(time) one\n")
        #expect(try await logs.read("01a", from: first.next, maximumBytes: 1000).next == all.next)
        #expect(try await logs.read("01a", from: all.next, maximumBytes: 10) == LogChunk(bytes: [], next: all.next))
    }

    @Test func aLogGoesOnAfterARestart() async throws {
        let before = try logs()
        before.append(["before"], to: "01a")
        await before.close()
        let after = try logs()
        after.append(["after"], to: "01a")
        #expect(text(try await after.read("01a", from: 0, maximumBytes: 1000)) == "\(time) before\n\(time) after\n")
    }

    @Test func aFullLogSaysSoOnce() async throws {
        let logs = try logs { $0.file = 100 }
        for number in 1...9 { logs.append(["line \(number)"], to: "01a") }
        await logs.close()
        logs.append(["late"], to: "01a")
        let expected = "\(time) line 1\n\(time) line 2\n\(time) \(DeploymentLogFile.fullNotice)"
        #expect(text(try await logs.read("01a", from: 0, maximumBytes: 1000)) == expected)
    }

    @Test func theOldestGoWhenAllAreTooLarge() async throws {
        for number in 10...19 { try Files.write([1, 2, 3], to: directory.appending("0\(number).log")) }
        let logs = try logs { $0.total = 10 }
        logs.append(["new"], to: "020")
        await logs.close()
        #expect(FileTree.names(in: directory.path) == ["017.log", "018.log", "019.log", "020.log"])
    }

    @Test func aNameCannotLeaveTheDirectory() async throws {
        let logs = try logs()
        await #expect(throws: DeploydError.self) { try await logs.read("../x", from: 0, maximumBytes: 10) }
    }
}

@Suite struct SystemPortProbeTests {
    @Test func aPortThatIsListenedOnIsNotFree() throws {
        let listener = try Listener()
        #expect(!SystemPortProbe().isFree(listener.port))
        listener.stop()
        // Not the one that was given back: the kernel may have handed it to another at once.
        #expect(SystemPortProbe().isFree(try FreePort.find()))
        #expect(!SystemPortProbe().isFree(0) && !SystemPortProbe().isFree(70_000))
    }
}
