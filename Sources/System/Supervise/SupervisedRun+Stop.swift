import Core
import Glibc

extension SupervisedRun {
    /// Ends the process and all that it started: SIGTERM to its group, SIGKILL after `grace`. Returns when it is gone,
    /// and its supervisor too. One whose supervisor was killed is ended as well; one that has ended stays so.
    /// - Returns: how it ended, nil when its supervisor was killed before it could say.
    /// - Throws: `DeploydError` (`timedOut`) when it does not end, even by SIGKILL.
    public func stop(grace: Duration) async throws -> ExitRecord? {
        // Nil when there is no supervisor, and while one that was just started does not listen yet.
        let end = ContinuousClock.now + grace + .seconds(20)
        var pause = Duration.milliseconds(2)
        var isTold = false
        while try await isAlive() {
            guard ContinuousClock.now < end else {
                throw DeploydError(.timedOut, "the process in \(directory) does not end, even by SIGKILL")
            }
            if !isTold { isTold = try await call(.stop(grace: grace)) != nil }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
        return try await threads.run { [place] in
            guard let leftover = Leftover(in: place) else { return place.exitRecord }
            guard leftover.end(grace: grace) else {
                throw DeploydError(.timedOut, "the process in \(place.path) does not end, even by SIGKILL")
            }
            Leftover.forget(in: place)
            return place.exitRecord
        }
    }
}
