/// A port of this host that belongs to an instance, running or not, until the instance is destroyed.
public struct PortReservation: Sendable, Hashable {
    public let port: Int
    public let instance: InstanceID
    /// What it is for, unique within the instance: `service/http/a`, `service/http/b`, `service/http/a/2` of
    /// the second replica, `entrypoint/web`, `resource/NAME`.
    public let purpose: String

    public init(port: Int, instance: InstanceID, purpose: String) {
        self.port = port
        self.instance = instance
        self.purpose = purpose
    }
}
