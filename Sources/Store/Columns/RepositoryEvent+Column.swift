import Core
import Model

extension RepositoryEvent {
    var column: JSONColumn {
        switch self {
        case .ping: JSONColumn(["kind": "ping"])
        case .ignored(let reason): JSONColumn(["kind": "ignored", "reason": .string(reason)] as JSONValue)
        case .push(let push):
            JSONColumn(
                [
                    "kind": "push", "reference": .string(push.reference), "before": JSONValue(optional: push.before),
                    "after": JSONValue(optional: push.after), "actor": .string(push.actor),
                ] as JSONValue)
        case .tree(let tree):
            JSONColumn(
                [
                    "kind": "tree", "application": JSONValue(optional: tree.application),
                    "environment": JSONValue(optional: tree.environment), "file": .string(tree.file),
                    "digest": .string(tree.digest), "gzip": .bool(tree.isGzip), "actor": .string(tree.actor),
                ] as JSONValue)
        }
    }

    init(column: JSONColumn) throws(SQLiteError) {
        let value = column.value
        switch try value.text("kind") {
        case "ping": self = .ping
        case "ignored": self = .ignored(try value.text("reason"))
        case "push":
            self = .push(
                Push(
                    reference: try value.text("reference"), before: value["before"]?.string,
                    after: value["after"]?.string, actor: try value.text("actor")))
        case "tree":
            self = .tree(
                Tree(
                    application: value["application"]?.string, environment: value["environment"]?.string,
                    file: try value.text("file"), digest: try value.text("digest"),
                    isGzip: value["gzip"] == true, actor: try value.text("actor")))
        default: throw JSONColumn.unexpected
        }
    }
}
