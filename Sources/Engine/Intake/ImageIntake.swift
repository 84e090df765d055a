public import Model

/// Where the images of services are found out about, and for how long one is waited for.
public struct ImageIntake: Sendable {
    public let registry: any ImageRegistry
    /// Zero: not at all.
    public let waitLimit: Duration

    public init(_ registry: any ImageRegistry, waitLimit: Duration = ImageWait.usualLimit) {
        self.registry = registry
        self.waitLimit = waitLimit
    }
}
