/// Which part of a list is asked for.
public struct PageRequest: Sendable, Equatable {
    public static let defaultLimit = 50
    public static let maximumLimit = 500

    /// 1 to 500.
    public let limit: Int
    /// The cursor that the page before gave; nil for the first page.
    public let after: String?

    public init(limit: Int = PageRequest.defaultLimit, after: String? = nil) {
        self.limit = min(max(limit, 1), PageRequest.maximumLimit)
        self.after = after
    }
}

/// One part of a list; `next` asks for the part after it, nil at the end.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    public let next: String?

    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }

    public func map<Other: Sendable>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), next: next)
    }

    /// What all pages hold, of as many items as there are: for what is bounded by other means.
    public static func everyItem(_ page: (PageRequest) throws -> Page) rethrows -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let found = try page(PageRequest(limit: PageRequest.maximumLimit, after: cursor))
            items += found.items
            cursor = found.next
        } while cursor != nil
        return items
    }
}

extension Page: Equatable where Item: Equatable {}
