import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// Folders of definitions.
struct ResourceRepositoryRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/resource-repositories", id: "listResourceRepositories", tag: "Worlds",
            summary: "Resource repositories by name", parameters: Operation.Parameter.page,
            answers: [.page(Wire.ResourceRepository.self, "A part of the list.")],
            handler: .task { request in
                let all = services.snapshot.catalogue.repositories.values.sorted { $0.name < $1.name }
                let page = Page(of: all, by: \.name, try request.page())
                return try Answer.json(page.wire(Wire.ResourceRepository.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/resource-repositories/{repository}", id: "getResourceRepository",
            tag: "Worlds", summary: "One resource repository",
            answers: [.object(Wire.ResourceRepository.self, "The repository.")],
            handler: .task { request in
                let name = request.parameter("repository")
                guard let repository = services.snapshot.catalogue.repositories[name] else {
                    let known = services.snapshot.catalogue.repositories.keys.sorted()
                    throw DeploydError(
                        .notFound, "no resource repository '\(name)'" + NearestName.hint(name, in: known))
                }
                return try Answer.object(Wire.ResourceRepository(repository), for: request.http)
            })
    }
}

extension Wire.ResourceRepository {
    init(_ repository: ResourceRepository) {
        self.init(
            name: repository.name, description: repository.description, inherits: repository.inherits,
            resolved: repository.order,
            slugs: repository.slugs, git: repository.origin?.remote.url, ref: repository.origin?.remote.ref,
            commit: repository.origin?.commit, reason: repository.origin?.problem)
    }
}
