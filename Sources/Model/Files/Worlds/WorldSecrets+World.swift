import Formats

extension WorldSecrets {
    /// A world with what its document refers to.
    /// - Returns: with it, what could not be read.
    func resolve(
        _ declared: World, _ texts: WorldTexts, in source: SourceDocument
    ) -> (world: World, diagnostics: [Diagnostic]) {
        var world = declared
        var diagnostics: [Diagnostic] = []
        func read<Value>(_ parsed: Parsed<Value>?) -> Value? {
            diagnostics += parsed?.diagnostics ?? []
            return parsed?.value
        }
        world.entrypoints.certificate = read(texts.certificate.map { certificate($0, in: source) })
        if let text = texts.kubernetes, let settings = world.kubernetes {
            world.kubernetes = read(kubernetes(text, settings, in: source)) ?? settings
        }
        world.registries = read(registries(texts.registries, in: source)) ?? [:]
        world.dockerConfig = read(texts.dockerConfig.map { dockerConfig($0, in: source) })
        world.shared = read(shared(world.shared, in: source)) ?? world.shared
        return (world, diagnostics)
    }
}
