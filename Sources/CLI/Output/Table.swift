import Client

/// A table in plain text: columns as wide as their widest cell, two spaces between.
struct Table {
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        let colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = text.printable
            self.colour = colour
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    let headers: [String]
    private(set) var rows: [[Cell]] = []

    init(_ headers: String...) { self.headers = headers }
    init(headers: [String]) { self.headers = headers }

    mutating func add(_ cells: Cell...) { rows.append(cells) }
    mutating func add(cells: [Cell]) { rows.append(cells) }

    func text(on console: Console) -> String {
        let widths = headers.indices.map { column in
            max(headers[column].count, rows.map { $0[column].text.count }.max() ?? 0)
        }
        let head = line(headers.map { Cell($0, .dim) }, widths, console)
        return ([head] + rows.map { line($0, widths, console) }).joined(separator: "\n")
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ console: Console) -> String {
        let padded = cells.indices.map { column in
            // Nothing is padded after the last cell that says something.
            let isLast = cells[(column + 1)...].allSatisfy(\.text.isEmpty)
            let padding = isLast ? "" : String(repeating: " ", count: widths[column] - cells[column].text.count + 2)
            return console.paint(cells[column].text, cells[column].colour) + padding
        }
        return padded.joined()
    }
}

extension CommandContext {
    /// The API's JSON, or a table; `empty` says what to do when there are no rows.
    func show<Item>(_ table: Table, json page: Wire.Page<Item>, empty: String) throws {
        if wantsJSON { return try showJSON(page) }
        console.line(table.rows.isEmpty ? empty : table.text(on: console))
        if page.next != nil { console.progress("there are more: --limit N shows up to 500") }
    }
}
