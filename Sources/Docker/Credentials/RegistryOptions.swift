/// How one registry is reached.
public struct RegistryOptions: Sendable, Hashable {
    /// nil: as anybody.
    public var credentials: RegistryCredentials?
    /// Whether it may be asked in plain HTTP, or with a certificate that nobody vouches for. A registry on this machine
    /// may be asked in plain HTTP in any case.
    public var isInsecure: Bool

    public init(credentials: RegistryCredentials? = nil, isInsecure: Bool = false) {
        self.credentials = credentials
        self.isInsecure = isInsecure
    }
}
