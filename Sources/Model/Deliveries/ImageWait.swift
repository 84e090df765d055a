public import Core

/// A delivery that waits for images which are not in their registry yet: whoever pushed the code may still build them.
public struct ImageWait: Sendable, Equatable {
    /// How long one is waited for, where nobody says otherwise.
    public static let usualLimit = Duration.seconds(15 * 60)
    private static let shortest = Duration.seconds(2)
    private static let longest = Duration.seconds(30)

    /// Since when.
    public let since: Timestamp
    /// The folders of the services that the delivery is still to release; the root is empty.
    public let folders: [String]

    public init(since: Timestamp, folders: [String]) {
        self.since = since
        self.folders = folders
    }

    /// When to ask again: as long as it has been waited for, between 2 and 30 seconds, and once at the end.
    /// - Parameter end: of the wait.
    public func next(at moment: Timestamp, end: Timestamp) -> Timestamp {
        let pause = min(max(moment - since, ImageWait.shortest), ImageWait.longest)
        return max(min(moment + pause, end), moment)
    }
}
