import Core

/// Keeps a connection's credentials as long as they are good, for all requests together.
actor CredentialKeeper {
    /// A plugin or file that failed is not tried again at once by each of a thousand requests.
    static let failureLifetime = Duration.seconds(2)

    /// Credentials, and which of those that came one after the other they are.
    struct Issue: Sendable {
        let credential: Credential
        let number: Int
    }

    private let loader: CredentialLoader
    private var loaded: CredentialLoader.Loaded?
    private var number = 0
    private var failure: (error: DeploydError, until: Timestamp)?
    private var loading: Task<CredentialLoader.Loaded, any Error>?

    init(_ loader: CredentialLoader) { self.loader = loader }

    /// What to send now.
    /// - Throws: `DeploydError` that says which file or plugin failed.
    func current() async throws -> Issue {
        let now = loader.clock.now()
        if let loaded, loaded.validUntil.map({ $0 > now }) ?? true { return issue(loaded) }
        if let failure, failure.until > now { throw failure.error }
        return issue(try await load())
    }

    /// The server does not accept what was issued under that number.
    /// - Returns: whether asking again may give something else.
    func refused(_ refused: Int) -> Bool {
        // Another request was refused before and has seen to it.
        guard let loaded, refused == number else { return true }
        guard loaded.canChange, loaded.mayChangeAfter <= loader.clock.now() else { return false }
        self.loaded = nil
        return true
    }

    private func issue(_ loaded: CredentialLoader.Loaded) -> Issue {
        Issue(credential: loaded.credential, number: number)
    }

    /// All that come meanwhile wait for the same.
    private func load() async throws -> CredentialLoader.Loaded {
        if let loading { return try await loading.value }
        let task = Task { [loader] in try await loader.load() }
        loading = task
        defer { loading = nil }
        do {
            let loaded = try await task.value
            self.loaded = loaded
            number += 1
            failure = nil
            return loaded
        } catch {
            let error = DeploydError.wrapping(error, "the credentials cannot be read")
            failure = (error, loader.clock.now() + CredentialKeeper.failureLifetime)
            throw error
        }
    }
}
