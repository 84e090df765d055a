public import Core

/// How a registry of images is asked.
public struct RegistryAccess: Sendable, Equatable {
    /// nil: without any.
    public let credential: RegistryCredential?
    /// Whether it is asked by plain HTTP.
    public let isInsecure: Bool

    public init(credential: RegistryCredential? = nil, isInsecure: Bool = false) {
        self.credential = credential
        self.isInsecure = isInsecure
    }
}

/// Who asks a registry.
public struct RegistryCredential: Sendable, Equatable {
    public let username: String
    public let password: Secret

    public init(username: String, password: Secret) {
        self.username = username
        self.password = password
    }
}
