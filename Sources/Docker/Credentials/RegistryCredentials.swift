public import Core

/// As whom a registry is asked.
public enum RegistryCredentials: Sendable, Hashable {
    case password(user: String, Secret)
    /// What a login left instead of a password; a token server gives tokens for it (OAuth 2 refresh token).
    case identityToken(Secret)
    /// A token that the registry takes as it is.
    case registryToken(Secret)
}
