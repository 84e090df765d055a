/// Where to fetch from, and as whom.
public struct GitRemote: Sendable, Hashable {
    public let url: RepositoryURL
    /// Only for HTTPS: over ssh, the keys of the user that deployd runs as are used.
    public let credentials: GitCredentials?

    public init(url: RepositoryURL, credentials: GitCredentials? = nil) {
        self.url = url
        self.credentials = credentials
    }
}
