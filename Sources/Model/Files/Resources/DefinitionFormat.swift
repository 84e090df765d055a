import Core
import Formats

/// The keys of a resource definition.
enum DefinitionFormat {
    static let slug = Field("slug", .name, required: true, "The name that services require it by")
    static let description = Field("description", .string, "One sentence for developers")
    static let capability = Field("capability", .resourceCapability, required: true, "What a world needs to make it")
    static let parameters = Field(
        "parameters", .map(keys: .identifier, of: ParameterFormat.shape), "What may be said of it")
    static let template = Field(
        "template", .inlineTemplate, required: true, "What is made, in the language of the capability")
    static let values = Field(
        "values", .map(keys: .identifier, of: .template), "What the template is given, by the names it has for them")
    static let outputs = Field(
        "outputs", .map(keys: .identifier, of: OutputFormat.shape), "What a service may refer to")
    static let deletion = Field(
        "deletion", Shape<ResourceDefinition.Deletion>.choice(),
        "What becomes of it when nothing requires it any more; default retain")

    static let shape = Shape<ResourceDefinition>.mapping([
        slug, description,
        UnbuiltField("extends", "The definition that this one changes"),
        UnbuiltField("oneOf", "Definitions of which a world takes the first that it can serve"),
        capability, parameters, template, values,
        UnbuiltField("requires", "Other slugs that it needs"),
        outputs, deletion,
    ]) { reader in
        let definition = ResourceDefinition(
            slug: reader[slug] ?? "", description: reader[description] ?? "", capability: reader[capability] ?? .local,
            parameters: reader[parameters] ?? [:], template: reader[template] ?? [:], values: reader[values] ?? [:],
            outputs: reader[outputs] ?? [:], deletion: reader[deletion] ?? .retain)
        DefinitionReferences(definition: definition, reader: reader).check()
        return definition
    }
}

/// An entry of `outputs:`.
enum OutputFormat {
    static let from = Field("from", .string, "The output of the template that it is")
    static let value = Field("value", .template, "A text over parameters and outputs of the template")
    private static let secret = Field("secret", .boolean, "Whether it must not be shown; default false")

    static let shape = Shape<ResourceOutput>.mapping([from, value, secret]) { reader in
        guard reader.has(from) != reader.has(value) else {
            reader.place.fail("write either from or value")
            return nil
        }
        let isSecret = reader[secret] ?? false
        if let from = reader[from] { return ResourceOutput(.template(from), isSecret: isSecret) }
        return reader[value].map { ResourceOutput(.text($0), isSecret: isSecret) }
    }
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
