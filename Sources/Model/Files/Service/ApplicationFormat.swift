public import Core
public import Formats

/// An application that the API makes: the keys of `deployd.yaml` that say what it is and where it goes.
public struct ApplicationBody: Sendable, Equatable {
    public let name: String
    public let description: String
    public let url: String?
    public let labels: [String: String]
    public let environmentSets: [String]
    /// As they are written: one may be there twice.
    public let environments: [String]
}

public enum ApplicationFormat {
    private static let name = Field("name", .name, required: true, "The application's name")
    private static let environments = Field(
        "environments", .list(of: .either(.name, entry)), "More environments it goes to")
    private static let entryName = Field("name", .name, required: true, "The environment")
    private static let entryTargets = Field(
        "targets", .list(of: noTarget), "Empty: targets are made in the environment, or named in deployd.yaml")

    private static let noTarget = Shape<Bool>(.mapping([])) { place in
        place.fail(
            "an application made by the API adds no targets; make it in the environment: "
                + "PUT /api/v1/environments/ENVIRONMENT/targets/TARGET")
        return nil
    }

    private static let entry = Shape<String>.mapping([entryName, entryTargets]) { reader in
        _ = reader[entryTargets]
        return reader[entryName]
    }

    private static let shape = Shape<ApplicationBody>.mapping([
        name, ServiceFormat.description, ServiceFormat.url, ServiceFormat.labels, ServiceFormat.environmentSets,
        environments,
    ]) { reader in
        let isNeitherGiven = !reader.has(ServiceFormat.environmentSets) && !reader.has(environments)
        return ApplicationBody(
            name: reader[name] ?? "", description: reader[ServiceFormat.description] ?? "",
            url: reader[ServiceFormat.url], labels: reader[ServiceFormat.labels] ?? [:],
            environmentSets: reader[ServiceFormat.environmentSets] ?? (isNeitherGiven ? ["default"] : []),
            environments: reader[environments] ?? [])
    }

    /// Reads what a request brings.
    /// - Parameter path: the name, as the request's path has it; nil: the body must say it.
    /// - Returns: the body, or what is wrong with it, each with its path in the body.
    public static func read(_ json: JSONValue, name path: String? = nil) -> Parsed<ApplicationBody> {
        let diagnostics = Diagnostics(file: "body")
        guard var members = json.object else {
            diagnostics.report(.start, .root, "must be an object")
            return diagnostics.outcome(nil)
        }
        if let path {
            if let given = members["name"], !given.isNull, given != .string(path) {
                diagnostics.report(.start, DocumentPath("name"), "must be '\(path)', as in the path")
            }
            members["name"] = .string(path)
        }
        // As the API shows one that has none.
        if members["url"] == "" { members["url"] = nil }
        return diagnostics.outcome(shape.read(YAMLNode(.object(members)), diagnostics: diagnostics))
    }

    /// The JSON Schema of what a request may bring.
    /// - Parameter isNamed: whether the body must say the name.
    public static func schema(isNamed: Bool) -> JSONValue {
        var members = shape.schema.json.object ?? [:]
        if !isNamed { members["required"] = nil }
        return .object(members)
    }
}
