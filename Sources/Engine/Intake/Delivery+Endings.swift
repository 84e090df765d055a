import Core
import Model

extension Delivery {
    func ended(_ status: Status, reason: String?, deployments: [String] = []) -> Delivery {
        var ended = self
        ended.status = status
        ended.reason = reason
        ended.wait = nil
        // Those of an earlier time stay. There may be thousands.
        let present = Set(ended.deployments)
        ended.deployments += deployments.filter { !present.contains($0) }
        return ended
    }

    /// Waits for images that are not there yet. That is no failure: it does not count as an attempt.
    /// - Parameter folders: of the services that need them.
    func waiting(for folders: [String], limit: Duration, at moment: Timestamp, _ wait: ImageWait?) -> Delivery {
        let begun = ImageWait(since: wait?.since ?? moment, folders: folders)
        var waiting = self
        waiting.status = .accepted
        waiting.wait = begun
        waiting.notBefore = begun.next(at: moment, end: begun.since + limit)
        waiting.attempts = max(1, attempts - 1)
        return waiting
    }

    /// Waits for another try where that may help and is within the bound; else it has failed.
    ///
    /// A verdict on what was pushed stands at once. What lies on the way is given a quarter of an hour. What breaks the
    /// server itself is set aside early.
    /// - Parameter chance: 0 to 1, from a random generator.
    func failed(with error: DeploydError, at moment: Timestamp, chance: Double) -> Delivery {
        var failed = ended(.failed, reason: error.description)
        guard error.code.isTransient else { return failed }
        guard error.code != .internal else { return brokenDown(error.description, at: moment, chance: chance) }
        guard let delay = RetryPolicy.delivery.delay(afterAttempt: attempts, chance: chance) else {
            failed.reason = Delivery.givenUp("given up", after: attempts, error.description, id)
            return failed
        }
        failed.status = .accepted
        failed.wait = wait
        failed.notBefore = moment + max(delay, Delivery.asked(by: error))
        return failed
    }

    /// As `failed`, of a server that died or met a defect.
    func brokenDown(_ reason: String, at moment: Timestamp, chance: Double) -> Delivery {
        var broken = ended(.failed, reason: reason)
        broken.breakdowns += 1
        guard let delay = RetryPolicy.breakdown.delay(afterAttempt: broken.breakdowns, chance: chance) else {
            broken.reason = Delivery.givenUp("set aside", after: broken.breakdowns, reason, id)
            return broken
        }
        broken.status = .accepted
        broken.wait = wait
        broken.notBefore = moment + delay
        return broken
    }

    /// How long another system asks to be left alone, within bounds.
    private static func asked(by error: DeploydError) -> Duration {
        let seconds = error.metadata["retryAfter"].flatMap { Int64($0) } ?? 0
        return min(.seconds(max(seconds, 0)), RetryPolicy.delivery.maximum)
    }

    private static func givenUp(_ what: String, after tries: Int, _ reason: String, _ id: String) -> String {
        "\(what) after \(tries) tries: \(reason); once that is mended, `deployd redeliver \(id)`"
    }

    /// As if it came now.
    func anew() -> Delivery {
        var anew = self
        anew.status = .accepted
        anew.reason = nil
        anew.wait = nil
        anew.attempts = 0
        anew.breakdowns = 0
        anew.notBefore = nil
        return anew
    }
}
