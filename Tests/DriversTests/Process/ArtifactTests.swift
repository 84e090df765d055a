import Core
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite(.serialized) struct ArtifactTests {
    @Test func workGoesOnUntilTheLastWhoWaitsHasLeft() async throws {
        let work = SharedWork()
        let events = RecordedLog()
        let waiters = (0..<2).map { number in
            Task {
                do {
                    try await work.run("key") {
                        events.line("started")
                        do {
                            try await Task.sleep(for: .seconds(600))
                        } catch {
                            events.line("cancelled")
                            throw error
                        }
                    }
                } catch {
                    events.line("\(number) left")
                }
            }
        }
        #expect(await eventually { events.lines == ["started"] })
        #expect(await eventually { await work.waiting("key") == 2 })
        waiters[0].cancel()
        await waiters[0].value
        #expect(events.lines == ["started", "0 left"])
        waiters[1].cancel()
        await waiters[1].value
        #expect(await eventually { events.lines.contains("cancelled") })
        try await work.run("key") { events.line("again") }
        #expect(Set(events.lines.dropFirst(2)) == ["1 left", "cancelled", "again"])
    }

    @Test func aBuildThatNobodyWaitsForIsStopped() async throws {
        try await withProcessWorld { world in
            var attempt = try await Attempt(world, "01a", commit: try await world.repository.commit(["a": "1"]))
            attempt.build = ["sh", "-c", "echo begun; sleep 600"]
            let superseded = attempt
            let task = Task { try await superseded.run() }
            #expect(await eventually { superseded.log.lines.contains("begun") })
            task.cancel()
            await #expect(throws: (any Error).self) { try await task.value }
            let artifacts = world.directory.appending("artifacts/hello")
            #expect(await eventually { FileTree.names(in: artifacts) == [] })
        }
    }

    @Test func artifactsThatNothingUsesGoButForTheLastFew() async throws {
        try await withProcessWorld { world in
            var keys: [String] = []
            for number in 0..<8 {
                let attempt = try await Attempt(
                    world, "01\(number)", commit: try await world.repository.commit(["a": "\(number)"]))
                _ = try await attempt.perform(attempt.steps[0])
                keys.append(attempt.release.source.key)
            }
            let runs = world.directory.appending("runs/hello/local/01a")
            try RunFolder(path: runs).make(artifact: keys[0])
            let artifacts = world.directory.appending("artifacts/hello")
            // A server died while it made this one.
            try Files.makeDirectory("\(artifacts)/half/source")
            try await world.driver().artifacts.prune("hello")
            #expect(FileTree.names(in: artifacts) == ([keys[0]] + keys[3...]).sorted())
        }
    }
}
