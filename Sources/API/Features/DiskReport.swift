import Core

/// Says where a disk of the server's is about to be full.
enum DiskReport {
    /// Below this a build or a fetch soon finds no room.
    private static let little = 16 << 20
    /// What may be disks of their own, below the data directory.
    private static let folders = ["", "sources", "artifacts", "runs", "spool", "logs"]

    /// nil where there is room.
    static func problem(_ dataDirectory: String) -> String? {
        let cramped = folders.filter { folder in
            DiskSpace.free(at: "\(dataDirectory)/\(folder)").map { $0 < little } ?? false
        }
        guard let first = cramped.first else { return nil }
        // Folders are on the data directory's disk unless somebody mounted another.
        let places = first.isEmpty ? "the data directory" : cramped.map { "DATA/\($0)" }.joined(separator: ", ")
        return
            "degraded: the disk of \(places) is full or nearly so: free some space on it; until then pushes, builds and "
            + "logs find no room, and what runs goes on\n"
    }
}
