import CSQLite
import Glibc

/// Makes room on a full disk: copies the write-ahead log into the database file, and empties it.
enum LogTruncation {
    /// Another checkpoint may be under way for a moment.
    private static let patience = Duration.seconds(1)
    private static let pause: UInt32 = 50_000

    /// Blocks the thread, at most for as long as the connection waits for readers, and a second more.
    /// - Returns: whether the log had something to give back, and was emptied.
    static func run(on connection: Connection, _ reserve: DiskReserve) -> Bool {
        guard size(of: connection) > 0 else { return false }
        reserve.release()
        defer { reserve.make() }
        let end = ContinuousClock.now + patience
        repeat {
            let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            guard code & 0xff == SQLITE_BUSY else { return code == SQLITE_OK }
            usleep(pause)
        } while ContinuousClock.now < end
        return false
    }

    private static func size(of connection: Connection) -> Int {
        guard let path = sqlite3_db_filename(connection.handle, "main") else { return 0 }
        var status = stat()
        return stat("\(String(cString: path))-wal", &status) == 0 ? Int(status.st_size) : 0
    }
}
