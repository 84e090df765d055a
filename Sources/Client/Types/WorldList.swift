public import Core

extension Wire {
    /// A part of the list of worlds, with what became of reading the files last.
    public struct WorldList: Codable, Sendable, Equatable {
        public var items: [World]
        public var next: String?
        /// null before anything was read.
        public var reload: Reload?

        public init(items: [World], next: String?, reload: Reload?) {
            self.items = items
            self.next = next
            self.reload = reload
        }
    }

    /// Reading worlds and resource repositories again.
    public struct Reload: Codable, Sendable, Equatable {
        public enum Status: String, Codable, Sendable, CaseIterable {
            case succeeded
            /// What was in force before stays so.
            case failed
        }

        public struct Problem: Codable, Sendable, Equatable {
            /// null where it is about what the API made.
            public var file: String?
            /// From 1.
            public var line: Int?
            /// From 1.
            public var column: Int?
            public var message: String

            public init(file: String?, line: Int?, column: Int?, message: String) {
                self.file = file
                self.line = line
                self.column = column
                self.message = message
            }
        }

        public var status: Status
        /// When they were read last; where that failed, since when it does.
        public var at: Timestamp
        public var errors: [Problem]

        public init(status: Status, at: Timestamp, errors: [Problem]) {
            self.status = status
            self.at = at
            self.errors = errors
        }
    }
}
