import Client
import Core
import Formats
import Model
import Webhooks

extension Wire.ResourceOutput: SchemaProviding {
    static var schema: JSONSchema {
        .written([
            "anyOf": [
                ["type": "string"],
                ["type": "object", "properties": ["secret": ["const": true]], "required": ["secret"]],
            ]
        ])
    }
    static var sample: Wire.ResourceOutput { .secret }
}

extension Wire.HoldRequest: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] { ["reason": .string(JSONSchema.Text(length: 1...500))] }
}

extension Wire.VersionChange: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] { ["desired": .string(JSONSchema.Text(length: 1...500))] }
}

extension Wire.SecretValue: SchemaNarrowing {
    /// In bytes the bound is the same; what is read is checked.
    static var narrowed: [String: JSONSchema] {
        ["value": .string(JSONSchema.Text(length: 1...ApplicationSecret.maximumSize))]
    }
}

extension Wire.Rollback: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] { ["version": .string(JSONSchema.Text(length: 1...500))] }
}

extension Wire.DeployedReport: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] { ["deployed": .string(JSONSchema.Text(length: 1...500))] }
}

extension Wire.RejectionRequest: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] { ["reason": .string(JSONSchema.Text(length: 1...500))] }
}

extension Wire.Renaming: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] {
        ["name": .string(JSONSchema.Text(length: 1...63, pattern: TextRule.name.pattern))]
    }
}

extension Wire.PromotionRequest: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] {
        let text = JSONSchema.string(JSONSchema.Text(length: 1...500))
        return ["to": text, "version": text]
    }
}

extension Wire.RepositoryDraft: SchemaNarrowing {
    static var narrowed: [String: JSONSchema] {
        let providers = WebhookProvider.allCases.filter(\.hasRepositories).map(\.rawValue)
        return [
            "name": .string(JSONSchema.Text(length: 1...200, pattern: RepositoryCheck.namePattern)),
            "url": .string(JSONSchema.Text(length: 1...2048)), "provider": .choice(providers),
            // Without one its webhooks are refused, and only sweeps see what is pushed.
            "secret": .string(JSONSchema.Text(length: 1...1000)),
            "defaultBranch": .string(JSONSchema.Text(length: 1...500)),
        ]
    }
}
