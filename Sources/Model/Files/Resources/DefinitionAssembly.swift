import Core
import Formats

/// Makes a definition of all that a file and those it extends say together.
///
/// There are thousands, nearly all of them right: places in the file are only looked for when something is wrong, and what
/// a file says nothing of is shared with what it extends.
struct DefinitionAssembly {
    private let source: DefinitionSource
    /// What it extends. Whatever the file says nothing of is as there, and right.
    private let base: AssembledDefinition?
    private let diagnostics: Diagnostics

    init(_ source: DefinitionSource, over base: AssembledDefinition? = nil, reportingTo diagnostics: Diagnostics) {
        self.source = source
        self.base = base
        self.diagnostics = diagnostics
    }

    /// The root of the file, where errors are reported.
    private var root: Place { source.place(diagnostics) }
    private var below: ResourceDefinition? { base?.definition }

    /// What is wrong is reported, and what can be made is.
    func assembled(lineage: [ResourceDefinition.Ancestor] = []) -> AssembledDefinition {
        let parts = DefinitionParts(source, over: base?.parts)
        let parameters = parameters
        let definition = ResourceDefinition(
            slug: source.slug, description: source.content.description ?? below?.description ?? "",
            capability: source.content.capability ?? below?.capability ?? .local, parameters: parameters,
            template: template, values: values, requires: requires(parts), outputs: outputs(parts, parameters),
            deletion: source.content.deletion ?? below?.deletion ?? .retain, lineage: lineage)
        if hasOtherTexts {
            DefinitionReferences(definition: definition, source: source, diagnostics: diagnostics).check()
        }
        if definition.capability == .local { checkLocal() }
        if definition.capability == .deployKubernetes { checkManifests() }
        return AssembledDefinition(definition: definition, parts: parts)
    }

    /// The language of `local` is deployd's own, so that a kind that is none is known here. What else it may hold is its
    /// driver's.
    private func checkLocal() {
        // One that says no capability, or none that there is, is told that alone.
        if source.content.templateFile != nil, (source.content.capability ?? below?.capability) == .local {
            root[DefinitionFormat.template.name].fail("of a local resource it is written here, as { kind: … }")
        }
        guard let kind = source.content.template?["kind"] else { return }
        do throws(LocalTemplate.Problem) {
            _ = try LocalTemplate(checking: ["kind": kind])
        } catch {
            root[DefinitionFormat.template.name]["kind"].fail(error.message)
        }
    }

    /// Manifests are several documents, which nothing in place can be.
    private func checkManifests() {
        guard source.content.template != nil, source.content.templateFile == nil else { return }
        root[DefinitionFormat.template.name].fail(
            "of deploy:kubernetes it is the name of a file of manifests beside this one, such as SLUG.k8s.yaml")
    }

    /// Whether texts, or what they may not refer to, can be others than in what it extends.
    private var hasOtherTexts: Bool {
        base == nil || !source.content.values.isEmpty || !source.content.outputs.isEmpty
            || !source.content.requires.isEmpty
            || source.content.parameters.values.contains { $0.isSecret != nil || $0.generate != nil }
    }

    private var values: [String: Template] {
        guard let below = below?.values, !below.isEmpty else { return source.content.values }
        return source.content.values.isEmpty ? below : below.merging(source.content.values) { $1 }
    }

    /// A template in another capability's language has nothing in common with the base's.
    private var template: JSONValue {
        guard let below else { return source.content.template ?? [:] }
        guard let own = source.content.template else { return below.template }
        let isSame = source.content.capability == nil || source.content.capability == below.capability
        return isSame ? own.over(below.template) : own
    }

    private var parameters: [String: ParameterDefinition] {
        let own = source.content.parameters
        var parameters = below?.parameters ?? own.mapValues(ParameterDefinition.init)
        var isRight = true
        for (name, parameter) in own {
            let whole = (below?.parameters[name]?.source).map(parameter.over) ?? parameter
            isRight = isRight && whole.problems.isEmpty
            if base != nil { parameters[name] = ParameterDefinition(whole) }
        }
        if !isRight { report(parameters.filter { own[$0.key] != nil }) }
        return parameters
    }

    private func report(_ parameters: [String: ParameterDefinition]) {
        for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
            let place = root[DefinitionFormat.parameters.name][name]
            for problem in parameter.source.problems { place[problem.key].fail(problem.message) }
        }
    }

    private func requires(_ parts: DefinitionParts) -> [String: Requirement] {
        if let below, source.content.requires.isEmpty { return below.requires }
        for name in parts.requires.filter({ $0.value.slug == nil }).keys.sorted() {
            root[DefinitionFormat.requires.name][name].fail("missing: write which slug it is")
        }
        return parts.requires.mapValues { Requirement(slug: $0.slug ?? "", $0.parameters) }
    }

    private func outputs(
        _ parts: DefinitionParts, _ parameters: [String: ParameterDefinition]
    ) -> [String: ResourceOutput] {
        if let below, !hasOtherTexts { return below.outputs }
        var outputs = below?.outputs ?? [:]
        if base == nil || !source.content.outputs.isEmpty {
            outputs = parts.outputs.compactMapValues { output in
                output.source.map { ResourceOutput($0, isSecret: output.isSecret ?? false) }
            }
        }
        for name in parts.outputs.keys.sorted() where outputs[name] == nil {
            let hint = NearestName.hint(name, in: (below?.outputs ?? [:]).keys.sorted())
            root[DefinitionFormat.outputs.name][name].fail(OutputFormat.eitherOr + hint)
        }
        for name in ResourceOutput.secret(outputs, parameters) { outputs[name]?.isSecret = true }
        return outputs
    }
}
