import Core
import Crypto
import Formats

extension ResolvedRequirement {
    /// Another one as soon as anything differs from which the resource is made.
    public var digest: String {
        let value: JSONValue = ["requirement": canonical, "world": .object(worldParameters.mapValues { .string($0) })]
        return "sha256:" + Digest.sha256(of: value.bytes).hex
    }

    /// What is generated is not in it. Of secrets that were given there is a digest, so that a change is seen.
    var canonical: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "slug": .string(slug), "repository": .string(repository),
            "capability": .string(capability), "template": template,
            "parameters": .object(parameters.mapValues { .string($0) }),
            "values": .object(values.mapValues { .string($0.source) }),
            "outputs": .object(outputs.mapValues(\.canonical)),
        ]
        if !secrets.isEmpty {
            members["secrets"] = .object(secrets.mapValues { .string(Digest.sha256(of: $0.reveal()).hex) })
        }
        if !deferred.isEmpty { members["deferred"] = .object(deferred.mapValues { .string($0.text.source) }) }
        if !generated.isEmpty { members["generated"] = .object(generated.mapValues { .integer(Int64($0)) }) }
        if !requires.isEmpty { members["requires"] = .object(requires.mapValues { .string($0) }) }
        return .object(members)
    }
}

extension ResolvedRequirement.Output {
    fileprivate var canonical: JSONValue {
        switch self {
        case .template(let name, let isSecret): ["from": .string(name), "secret": .bool(isSecret)]
        case .text(let template, let isSecret): ["value": .string(template.source), "secret": .bool(isSecret)]
        }
    }
}
