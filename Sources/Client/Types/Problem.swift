extension Wire {
    /// RFC 9457.
    public struct Problem: Codable, Sendable, Equatable {
        public struct Place: Codable, Sendable, Equatable {
            /// A JSON pointer (RFC 6901) into the request's body.
            public var pointer: String
            public var detail: String
        }

        public var type: String
        public var title: String
        public var status: Int
        public var detail: String
        /// deployd's own word for the kind of error.
        public var code: String?
        public var errors: [Place]?
    }
}
