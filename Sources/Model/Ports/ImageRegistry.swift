/// Where images are: says what a tag names.
public protocol ImageRegistry: Sendable {
    /// Asks the image's registry.
    /// - Parameters:
    ///   - image: as `deployd.yaml` names it, without a tag.
    ///   - worlds: where it is to run; their credentials for the registry are used.
    /// - Returns: nil when there is no such image, or no such tag of it: it may come.
    /// - Throws: `DeploydError`; with a transient code (`isTransient`) when asking again may help, and then `retryAfter` in
    ///   its metadata, in seconds, where the registry says when. No credentials are in it.
    func resolve(_ image: String, tag: String, for worlds: [World]) async throws -> ImageReference?
}
