/// By what drivers know an instance, and name what they make for it: the same for as long as it lives, whatever its
/// application is called meanwhile.
public struct InstanceIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The name that the application was made with; with a number after it, where another one was made with it before and
    /// has another name now.
    public let application: String
    public let target: String

    public init(application: String, target: String) {
        self.application = application
        self.target = target
    }

    /// Of an application that has the name that it was made with.
    public init(_ id: InstanceID) { self.init(application: id.application, target: id.target) }

    public var description: String { "\(application)@\(target)" }
}
