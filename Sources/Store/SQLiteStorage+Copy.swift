extension SQLiteStorage {
    /// Writes what is recorded at one moment into a database of its own, and checks that. Writers go on meanwhile. Blocks.
    /// - Parameter path: an empty file, whose mode stays.
    public func copy(to path: String) throws { try database.copy(to: path) }
}
