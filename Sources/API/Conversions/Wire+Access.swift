import Client
import Model

extension Wire.Repository {
    init(_ repository: CodeRepository) {
        self.init(
            id: repository.id, name: repository.name, url: repository.url, provider: repository.provider,
            defaultBranch: repository.defaultBranch, createdAt: repository.createdAt, lastSweep: repository.sweep.at,
            sweepError: repository.sweep.problem)
    }
}

extension Wire.Token {
    init(_ token: Token) {
        self.init(id: token.id, name: token.name, role: token.role.rawValue, createdAt: token.createdAt)
    }
}
