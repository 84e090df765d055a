import Client
import Core
import HTTPServer
import Model

extension PageRequest {
    /// From `?limit=` and `?after=`.
    /// - Throws: `DeploydError` `invalid`.
    init(_ request: HTTPRequest) throws(DeploydError) {
        var limit = PageRequest.defaultLimit
        if let text = request.query("limit") {
            guard let number = Int(text), (1...PageRequest.maximumLimit).contains(number) else {
                throw DeploydError(.invalid, "'limit' must be 1 to \(PageRequest.maximumLimit)")
            }
            limit = number
        }
        self.init(limit: limit, after: request.query("after").flatMap { $0.isEmpty ? nil : $0 })
    }
}

extension Page {
    /// A part of what is held in memory.
    /// - Parameter name: unique, and what `items` are sorted by; the last one of a part is the cursor.
    init(of items: [Item], by name: (Item) -> String, _ request: PageRequest) {
        let rest = request.after.map { after in items.filter { name($0) > after } } ?? items
        let part = Array(rest.prefix(request.limit))
        self.init(items: part, next: rest.count > part.count ? part.last.map(name) : nil)
    }

    func wire<Value>(_ convert: (Item) throws -> Value) rethrows -> Wire.Page<Value> {
        Wire.Page(items: try items.map(convert), next: next)
    }
}
