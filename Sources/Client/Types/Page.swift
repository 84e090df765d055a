extension Wire {
    /// A part of a list. `next` is given back as `after` for the part that follows; null at the end.
    public struct Page<Item: Codable & Sendable>: Codable, Sendable {
        public var items: [Item]
        public var next: String?

        public init(items: [Item], next: String? = nil) {
            self.items = items
            self.next = next
        }
    }
}

extension Wire.Page: Equatable where Item: Equatable {}
