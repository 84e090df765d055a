public import Formats

extension Topology {
    /// Puts together what all world files declare, and checks it against each other.
    /// - Parameters:
    ///   - files: in an order that does not change by itself; errors name the later of two.
    ///   - repositories: the names of every resource repository.
    ///   - remotes: the names of those that were read from git; the others of the worlds' are left out.
    ///   - secrets: what files refer to; nil: it is not looked at.
    ///   - trustsBuiltIn: whether the built-in world may run pushed code.
    /// - Returns: the built-in topology where no file declares anything.
    public static func assemble(
        _ files: [WorldFile], repositories: [String], remotes: [RemoteRepository: String] = [:],
        secrets: WorldSecrets? = nil, trustsBuiltIn: Bool = true
    ) -> Parsed<Topology> {
        let declarations = files.flatMap(\.declarations)
        guard !declarations.isEmpty else {
            return Parsed(value: .builtIn(repositories: repositories, isTrusted: trustsBuiltIn), diagnostics: [])
        }
        var builder = TopologyBuilder(repositories: repositories, remotes: remotes, secrets: secrets)
        for declaration in declarations { builder.declare(declaration) }
        for declaration in declarations { builder.connect(declaration) }
        guard builder.diagnostics.isEmpty else {
            let sorted = builder.diagnostics.sorted { ($0.file, $0.position) < ($1.file, $1.position) }
            return Parsed(value: nil, diagnostics: sorted)
        }
        return Parsed(value: builder.topology, diagnostics: [])
    }
}
