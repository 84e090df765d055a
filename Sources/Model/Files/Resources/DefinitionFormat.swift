import Core
import Formats

/// The keys of a resource definition.
enum DefinitionFormat {
    static let slug = Field("slug", .name, required: true, "The name that services require it by")
    private static let description = Field("description", .string, "One sentence for developers")
    static let extends = Field(
        "extends", .name,
        "The definition that this one changes, of this repository or one that it inherits; what is left out is as there"
    )
    static let oneOf = Field(
        "oneOf", .distinctNames(minimum: 1),
        "Slugs of which a world takes the first that it can serve; nothing but a description stands beside it")
    static let capability = Field(
        "capability", .resourceCapability, "What a world needs to make it; needed unless it extends another")
    static let parameters = Field(
        "parameters", .map(keys: .identifier, of: ParameterFormat.shape), "What may be said of it")
    static let template = Field(
        "template", TemplateFormat.shape,
        "What is made, in the language of the capability, here or in a file beside this one; needed unless it extends "
            + "another")
    static let values = Field(
        "values", .map(keys: .identifier, of: .template), "What the template is given, by the names it has for them")
    static let requires = Field(
        "requires", .map(keys: .name, of: DefinitionRequirementFormat.shape, maximum: 20),
        "Other slugs that it needs; each is made first, as a resource of its own")
    static let outputs = Field(
        "outputs", .map(keys: .identifier, of: OutputFormat.shape), "What a service may refer to")
    static let deletion = Field(
        "deletion", Shape<ResourceDefinition.Deletion>.choice(),
        "What becomes of it when nothing requires it any more; default retain")

    static let shape = Shape<DefinitionSource>.mapping([
        slug, description, extends,
        oneOf, capability, parameters, template, values, requires, outputs, deletion,
    ]) { reader in
        let content = DefinitionContent(
            description: reader[description], capability: reader[capability], parameters: reader[parameters] ?? [:],
            template: reader[template]?.inline, templateFile: reader[template]?.file, values: reader[values] ?? [:],
            requires: reader[requires] ?? [:],
            outputs: reader[outputs] ?? [:], deletion: reader[deletion])
        let source = DefinitionSource(
            slug: reader[slug] ?? "", extends: reader[extends], oneOf: reader[oneOf] ?? [], content: content,
            document: SourceDocument(file: reader.place.diagnostics.file, root: reader.place.node))
        if reader.has(oneOf) {
            checkChoice(reader)
        } else if !reader.has(extends) {
            if reader.lacks(capability) { missing(capability, reader) }
            if reader.lacks(template) { missing(template, reader) }
            _ = DefinitionAssembly(source, reportingTo: reader.place.diagnostics).assembled()
        }
        return source
    }

    static let extendsPath = DocumentPath(extends.name)
    static func path(oneOf index: Int) -> DocumentPath { DocumentPath(oneOf.name).appending(index) }
    static func path(requires name: String) -> DocumentPath { DocumentPath(requires.name, name) }

    /// Every text of a definition and its place in the file.
    static func texts(of definition: ResourceDefinition) -> [(DocumentPath, Template)] {
        let inValues = definition.values.map { (DocumentPath(values.name, $0.key), $0.value) }
        let inOutputs = definition.outputs.compactMap { name, output in
            output.text.map { (DocumentPath(outputs.name, name, OutputFormat.value.name), $0) }
        }
        let inRequires = definition.requires.flatMap { name, requirement in
            requirement.templates.map { parameter, text in
                (DocumentPath(requires.name, name, RequirementFormat.params.name, parameter), text)
            }
        }
        return (inValues + inOutputs + inRequires).sorted { "\($0.0)" < "\($1.0)" }
    }

    /// What a world takes has everything; two places for one thing would contradict each other.
    private static func checkChoice(_ reader: MappingReader) {
        let others = [
            extends.name, capability.name, parameters.name, template.name, values.name, requires.name, outputs.name,
            deletion.name,
        ]
        for entry in reader.place.node.mapping ?? [] where others.contains(entry.key) {
            reader.place.fail(key: entry, "not beside 'oneOf': write it into the definitions that are named there")
        }
    }

    private static func missing(_ field: Field<some Sendable>, _ reader: MappingReader) {
        reader.place(of: field).fail("missing: expected \(field.declaration.schema.expected)")
    }
}

/// An entry of a definition's `requires:`, as in `deployd.yaml`.
enum DefinitionRequirementFormat {
    static let slug = Field("slug", .name, "What is required; needed unless the definition extends another")

    private static let long = Shape<RequirementSource>.mapping([slug, RequirementFormat.params]) { reader in
        RequirementSource(slug: reader[slug], parameters: reader[RequirementFormat.params] ?? [:])
    }

    static let shape = Shape<RequirementSource>.either(Shape<String>.name.map { RequirementSource(slug: $0) }, long)
}

/// An entry of `outputs:`.
enum OutputFormat {
    private static let from = Field("from", .string, "The output of the template that it is")
    static let value = Field("value", .template, "A text over parameters and outputs of the template")
    private static let secret = Field("secret", .boolean, "Whether it must not be shown; default false")

    static let shape = Shape<OutputSource>.mapping([from, value, secret]) { reader in
        guard !reader.has(from) || !reader.has(value) else {
            reader.place.fail(eitherOr)
            return nil
        }
        let text = reader[value].map(ResourceOutput.Source.text)
        return OutputSource(
            source: reader[from].map(ResourceOutput.Source.template) ?? text, isSecret: reader[secret])
    }

    static let eitherOr = "write either from or value"
}

extension Shape where Value == Capability {
    /// One that makes resources. One that has no driver yet is refused by name.
    fileprivate static let resourceCapability = Shape(
        .scalar(expected: expected, json: ["enum": .array(usable.map { .string($0.rawValue) })])
    ) { place in
        guard let name = place.node.scalar?.text, place.node.tag == nil, !place.node.isNull else {
            return place.fail(expected: expected)
        }
        guard let capability = Capability(rawValue: name) else {
            return place.fail(
                expected: expected, hint: NearestName.hint(name, in: Capability.allCases.map(\.rawValue)))
        }
        if usable.contains(capability) { return capability }
        place.fail(capability.isBuilt ? "'\(name)' makes no resources; use \(expected)" : "'\(name)' is not built yet")
        return nil
    }

    private static let usable = Capability.allCases.filter { $0.isBuilt && $0.makesResources }
    private static let expected = usable.map(\.rawValue).joined(separator: " or ")
}

extension TemplateSource {
    fileprivate var inline: JSONValue? { if case .inline(let template) = self { template } else { nil } }
    fileprivate var file: String? { if case .file(let name) = self { name } else { nil } }
}
