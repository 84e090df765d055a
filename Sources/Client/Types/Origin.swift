extension Wire {
    /// Where something is described.
    public struct Origin: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            /// What there is without any world file.
            case builtIn
            /// Changed there, and not by the API.
            case file
            case api
            /// Described nowhere: a set or a target names it.
            case named
        }

        public var kind: Kind
        /// Of a file, as `serve` was told.
        public var file: String?
        /// From 1.
        public var line: Int?

        public init(kind: Kind, file: String? = nil, line: Int? = nil) {
            self.kind = kind
            self.file = file
            self.line = line
        }
    }
}
