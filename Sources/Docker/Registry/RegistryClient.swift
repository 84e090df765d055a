public import Core
public import HTTPClient

/// Asks registries what their tags name (https://github.com/opencontainers/distribution-spec/blob/main/spec.md).
///
/// One for the whole program: it remembers the tokens that registries gave. Nothing is tried again but what a registry
/// asks for itself.
public struct RegistryClient: Sendable {
    /// For all requests that one answer takes.
    static let timeLimit = Duration.seconds(30)

    let session: HTTPClientSession
    let clock: any WallClock
    let tokens: TokenCache

    public init(session: HTTPClientSession, clock: any WallClock = SystemClock()) {
        self.session = session
        self.clock = clock
        tokens = TokenCache(clock: clock)
    }

    /// The digest of the manifest or index that a tag names: `HEAD /v2/NAME/manifests/TAG`, or `GET` where that does not
    /// tell.
    /// - Returns: nil when the registry has no such image, or no such tag of it.
    /// - Throws: `DeploydError`: `.unauthenticated`, `.forbidden`, `.notFound` (no registry), `.invalid`, `.exhausted`
    ///   (asked too often; `retryAfter` in the metadata, in seconds), `.unavailable`, `.timedOut`, `.tooLarge`.
    public func digest(of image: ImageName, tag: String, _ access: RegistryOptions) async throws -> String? {
        guard ImageTag.isValid(tag) else {
            throw DeploydError(
                .invalid,
                "'\(shown(tag))' cannot be the tag of an image: a tag has up to \(ImageTag.maximumLength) letters, "
                    + "digits, and . _ -")
        }
        var exchange = RegistryExchange(client: self, image: image, tag: tag, access: access)
        let head = try await exchange.send("HEAD")
        if head.status == 200 {
            try Manifest.check(head.head, exchange.name)
            if let digest = Manifest.digest(in: head.head) { return digest }
        } else if head.status == 429 || head.status >= 500 && head.status != 501 {
            throw exchange.error(head)
        }
        // An answer to HEAD has no body that says why.
        let whole = try await exchange.send("GET")
        guard whole.status == 200 else {
            if RegistryRefusal(whole).isMissing { return nil }
            throw exchange.error(whole)
        }
        try Manifest.check(whole.head, exchange.name)
        return try Manifest.digest(of: whole, exchange.name, at: image.registry)
    }
}
