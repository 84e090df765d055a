import Core
import Model

extension JSONColumn {
    init(_ triggers: [Trigger]) {
        value = .array(
            triggers.map { trigger in
                let (kind, pattern) =
                    switch trigger.source {
                    case .branch(let pattern): ("branch", pattern)
                    case .tag(let pattern): ("tag", pattern)
                    }
                return [kind: .string(pattern), "environment": .string(trigger.environment)]
            })
    }

    /// - Throws: `SQLiteError` when they are no triggers.
    var triggers: [Trigger] {
        get throws(SQLiteError) {
            guard let array = value.array else { throw JSONColumn.unexpected }
            return try array.map { element throws(SQLiteError) in
                let source: Trigger.Source =
                    if let pattern = element["branch"]?.string { .branch(pattern) } else {
                        .tag(try element.text("tag"))
                    }
                return Trigger(source, environment: try element.text("environment"))
            }
        }
    }
}
