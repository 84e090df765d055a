import Core

/// The operations as a page to read, without scripts and outside assets.
struct DocumentationPage {
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    let html: String

    init(_ operations: [Operation], version: String) {
        let tags = operations.map(\.tag).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let contents = tags.map { "<li><a href=\"#\($0)\">\($0)</a></li>" }.joined()
        let sections = tags.map { tag in
            "<section id=\"\(tag)\"><h2>\(tag)</h2>"
                + operations.filter { $0.tag == tag }.map(DocumentationPage.section).joined() + "</section>"
        }
        html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>deployd API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(style)</style></head>
            <body><header><h1>deployd API</h1><p>Version \(escape(version)). For programs:
            <a href="/openapi.json">OpenAPI 3.1</a>. Send <code>Authorization: Bearer TOKEN</code>; the file
            <code>admin.token</code> of the server's data directory holds the first token. Errors are
            <code>application/problem+json</code>; lists are parts: give a part's <code>next</code> as
            <code>after</code>.</p><p>Besides what is listed, a request may be answered \(DocumentationPage.commonProblems(operations)).</p>
            </header><nav aria-label="Contents"><ul>\(contents)</ul></nav>
            <main>\(sections.joined())</main></body></html>

            """
    }

    /// Said once for all.
    private static func commonProblems(_ operations: [Operation]) -> String {
        Set(operations.flatMap(\.commonProblems)).sorted().map { status in
            "<code>\(status)</code> (\(text(Operation.meaning(of: status).dropLast().description)))"
        }.joined(separator: ", ")
    }

    private static func section(_ operation: Operation) -> String {
        """
        <article id="\(operation.id)"><h3><code><b>\(operation.method)</b> \(escape(operation.path))</code></h3>
        <p>\(escape(operation.summary)).\(access(operation))</p>\(parameters(operation))\(body(operation))
        \(answers(operation))</article>
        """
    }

    private static func access(_ operation: Operation) -> String {
        switch operation.access {
        case .token: ""
        case .open: " Needs no token."
        case .signature: " Needs a signature in place of a token."
        }
    }

    private static func parameters(_ operation: Operation) -> String {
        let query = operation.parameters.map { (name: "?\($0.name)=", description: $0.description) }
        return list("Parameters", query + operation.allHeaders)
    }

    private static func body(_ operation: Operation) -> String {
        guard let body = operation.body else { return "" }
        return list("Body", body.content.sorted { $0.key < $1.key }.map { ($0.key, describe($0.value, .request)) })
    }

    private static func answers(_ operation: Operation) -> String {
        let answers = operation.allAnswers.map { answer in
            let types = answer.content.sorted { $0.key < $1.key }.map { describe($0.value, .answer) }
            return (name: "\(answer.status)", description: ([answer.description] + types).joined(separator: " "))
        }
        let problems = operation.particularProblems.map { (name: "\($0)", description: Operation.meaning(of: $0)) }
        return list("Answers", answers + problems)
    }

    private static func list(_ title: String, _ rows: [(name: String, description: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let items = rows.map { "<dt><code>\(escape($0.name))</code></dt><dd>\(text($0.description))</dd>" }
        return "<h4>\(title)</h4><dl>\(items.joined())</dl>"
    }

    /// A part of a list says what its items are.
    private static func member(
        of member: JSONSchema.Member, in object: JSONSchema.Object, _ direction: JSONSchema.Direction
    ) -> String {
        let items = object.name.hasPrefix("Page.") && member.name == "items" ? describe(member.schema, direction) : ""
        let name = items.isEmpty ? member.name : "items: [\(items)]"
        return member.isRequired ? name : "[\(name)]"
    }

    /// The members of an object by name, in brackets where they may be left out or null.
    private static func describe(_ schema: JSONSchema, _ direction: JSONSchema.Direction) -> String {
        switch schema {
        case .object(let object):
            "{ " + object.members.map { member(of: $0, in: object, direction) }.joined(separator: ", ") + " }"
        case .list(let element), .map(let element), .nullable(let element): describe(element, direction)
        case .written(let json): names(inWritten: json)
        case .any, .boolean, .integer, .number, .string, .choice: ""
        }
    }

    /// As `describe`, of a schema that is JSON already.
    private static func names(inWritten json: JSONValue) -> String {
        let required = (json["required"]?.array ?? []).compactMap(\.string)
        let names = (json["properties"]?.object ?? [:]).keys.sorted()
        guard !names.isEmpty else { return "" }
        return "{ " + names.map { required.contains($0) ? $0 : "[\($0)]" }.joined(separator: ", ") + " }"
    }
}

/// With what stands between backticks as code.
private func text(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
        index.isMultiple(of: 2) ? escape(String(part)) : "<code>\(escape(String(part)))</code>"
    }.joined()
}

private func escape(_ text: String) -> String {
    var output = ""
    for character in text {
        switch character {
        case "&": output += "&amp;"
        case "<": output += "&lt;"
        case ">": output += "&gt;"
        case "\"": output += "&quot;"
        default: output.append(character)
        }
    }
    return output
}

private let style = """
    :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
    code{font:.95em ui-monospace,monospace}h2{border-bottom:1px solid;margin-top:2.5rem}h3{margin:2rem 0 .25rem}
    h4{margin:.75rem 0 .25rem}nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt,dd{margin:0}dd{min-width:0}
    @media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem 1rem}}
    """
