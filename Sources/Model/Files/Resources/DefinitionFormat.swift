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
    static let capability = Field(
        "capability", .resourceCapability, "What a world needs to make it; needed unless it extends another")
    static let parameters = Field(
        "parameters", .map(keys: .identifier, of: ParameterFormat.shape), "What may be said of it")
    static let template = Field(
        "template", .inlineTemplate,
        "What is made, in the language of the capability; needed unless it extends another")
    static let values = Field(
        "values", .map(keys: .identifier, of: .template), "What the template is given, by the names it has for them")
    static let outputs = Field(
        "outputs", .map(keys: .identifier, of: OutputFormat.shape), "What a service may refer to")
    private static let deletion = Field(
        "deletion", Shape<ResourceDefinition.Deletion>.choice(),
        "What becomes of it when nothing requires it any more; default retain")

    static let shape = Shape<DefinitionSource>.mapping([
        slug, description, extends,
        UnbuiltField("oneOf", "Definitions of which a world takes the first that it can serve"),
        capability, parameters, template, values,
        UnbuiltField("requires", "Other slugs that it needs"),
        outputs, deletion,
    ]) { reader in
        let content = DefinitionContent(
            description: reader[description], capability: reader[capability], parameters: reader[parameters] ?? [:],
            template: reader[template], values: reader[values] ?? [:], outputs: reader[outputs] ?? [:],
            deletion: reader[deletion])
        let source = DefinitionSource(
            slug: reader[slug] ?? "", extends: reader[extends], content: content,
            document: SourceDocument(file: reader.place.diagnostics.file, root: reader.place.node))
        if !reader.has(extends) {
            if !reader.has(capability) { missing(capability, reader) }
            if !reader.has(template) { missing(template, reader) }
            _ = DefinitionAssembly(slug: source.slug, content: content, place: reader.place).definition()
        }
        return source
    }

    static let extendsPath = DocumentPath(extends.name)

    private static func missing(_ field: Field<some Sendable>, _ reader: MappingReader) {
        reader.place(of: field).fail("missing: expected \(field.declaration.schema.expected)")
    }
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
    fileprivate static let resourceCapability = Shape.choice().checked { capability, place in
        guard capability.isBuilt else {
            place.fail("'\(capability.rawValue)' is not built yet")
            return nil
        }
        guard capability == .local else {
            place.fail("'\(capability.rawValue)' makes no resources; 'local' does")
            return nil
        }
        return capability
    }
}

extension Shape where Value == JSONValue {
    /// Whatever the capability's driver takes, written in place.
    fileprivate static let inlineTemplate = Shape(.anything(expected: "a mapping")) { place in
        if place.node.scalar?.kind == .string {
            place.fail("a template in a file of its own is not built yet; write it here")
            return nil
        }
        guard place.node.mapping != nil else { return place.fail(expected: "a mapping") }
        return Shape.json("a mapping").read(place)
    }
}
