import Client
import Core
import Engine
import Formats
import HTTPServer
import Model
import Webhooks

/// Code repositories whose webhooks are accepted.
struct RepositoryRoutes: Sendable {
    let services: APIServices
    /// What webhooks are verified with; told of every change.
    let keys: RepositoryKeys

    var operations: [Operation] { [list, get, add, remove, sweep] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/repositories", id: "listRepositories", tag: "Repositories",
            summary: "Code repositories by name", parameters: Operation.Parameter.page,
            answers: [.page(Wire.Repository.self, "A part of the list, without secrets.")],
            handler: .task { request in
                let page = try request.page()
                let repositories = try await services.storage.read { try $0.repositories(page) }
                return try Answer.json(repositories.wire(Wire.Repository.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/repositories/{repository}", id: "getRepository", tag: "Repositories",
            summary: "One code repository",
            answers: [.object(Wire.Repository.self, "The repository, without secrets.")],
            handler: .task { request in
                let id = request.parameter("repository")
                guard let repository = try await services.storage.read({ try $0.repository(id: id) }) else {
                    throw DeploydError(.notFound, "no repository '\(id)'")
                }
                return try Answer.object(Wire.Repository(repository), for: request.http)
            })
    }

    private var add: Operation {
        Operation(
            method: .post, path: "/api/v1/repositories", id: "addRepository", tag: "Repositories",
            summary: "Accept a code repository's webhooks", body: .json(Wire.RepositoryDraft.self),
            answers: [.object(Wire.Repository.self, "The repository, without secrets.", status: 201)],
            handler: .task { request in
                let check = RepositoryCheck(checkURL: services.checkRepositoryURL)
                let draft = try request.body(Wire.RepositoryDraft.self, rules: check.problems)
                guard WebhookProvider(rawValue: draft.provider)?.isBuilt == true else {
                    throw DeploydError(
                        .invalid, "the provider '\(draft.provider)' is not built yet; there is github")
                }
                let repository = try await services.repositories.add(
                    name: draft.name, url: draft.url, provider: draft.provider,
                    defaultBranch: draft.defaultBranch ?? "main",
                    secrets: RepositorySecrets(
                        webhookSecret: draft.secret.map(Secret.init), username: draft.credentials?.username,
                        password: draft.credentials?.password.map(Secret.init)),
                    actor: request.actor)
                keys.forgetAll()
                return try Answer.object(Wire.Repository(repository), for: request.http, status: 201)
                    .with("Location", "/api/v1/repositories/\(repository.id)")
            })
    }

    private var remove: Operation {
        Operation(
            method: .delete, path: "/api/v1/repositories/{repository}", id: "removeRepository", tag: "Repositories",
            summary: "Accept its webhooks no more; what was deployed from it goes on running",
            answers: [Operation.Answer(204, "It is removed.")],
            handler: .task { request in
                // Forgotten whatever comes of it: the repository may be gone though its clone could not be removed.
                defer { keys.forgetAll() }
                try await services.repositories.remove(id: request.parameter("repository"), actor: request.actor)
                return .empty()
            })
    }

    private var sweep: Operation {
        Operation(
            method: .post, path: "/api/v1/repositories/{repository}/sweep", id: "sweepRepository",
            tag: "Repositories", summary: "Compare its branches and tags with what was seen of them, now",
            answers: [.json(Wire.Sweep.self, "What was found; the deliveries of lost pushes are processed soon.")],
            handler: .task { request in
                let outcome = try await services.sweeps.sweep(request.parameter("repository"))
                return try Answer.json(
                    Wire.Sweep(references: outcome.references, deliveries: outcome.deliveries))
            })
    }
}

/// What a new code repository must be like.
struct RepositoryCheck {
    /// What `name` checks, for the document.
    static let namePattern = #"^(?!-)(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$"#

    let checkURL: (String) throws -> Void

    /// What the schema does not say.
    func problems(_ draft: Wire.RepositoryDraft) -> [HTTPProblem.Place] {
        name(draft.name) + url(draft.url) + branch(draft) + credentials(draft)
    }

    private func place(_ pointer: String, _ detail: String) -> [HTTPProblem.Place] {
        [HTTPProblem.Place(pointer: pointer, detail: detail)]
    }

    private func name(_ name: String) -> [HTTPProblem.Place] {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isValid =
            !name.hasPrefix("-")
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && name.utf8.allSatisfy(isNameByte)
        return isValid ? [] : place("/name", "must be the provider's full name, such as acme/hello")
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private func url(_ url: String) -> [HTTPProblem.Place] {
        do { try checkURL(url) } catch {
            return place("/url", (error as? DeploydError)?.message ?? "is not an address that deployd fetches from")
        }
        return []
    }

    private func branch(_ draft: Wire.RepositoryDraft) -> [HTTPProblem.Place] {
        guard let branch = draft.defaultBranch else { return [] }
        return GitReference("refs/heads/\(branch)") == nil
            ? place("/defaultBranch", "must be a branch's name, such as main") : []
    }

    private func credentials(_ draft: Wire.RepositoryDraft) -> [HTTPProblem.Place] {
        let values = [("username", draft.credentials?.username), ("password", draft.credentials?.password)]
        return values.flatMap { name, value -> [HTTPProblem.Place] in
            guard let value, value.utf8.contains(where: { $0 < 0x20 }) || value.utf8.count > 4096 else { return [] }
            return place("/credentials/\(name)", "may hold no control characters and at most 4096 bytes")
        }
    }
}
