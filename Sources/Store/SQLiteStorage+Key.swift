public import Core
public import Crypto
import Glibc

extension SQLiteStorage {
    /// The master key of a data directory: made with a new database, and only then. Another one would not open what is sealed
    /// in a database that is there.
    /// - Parameter directory: made already.
    /// - Throws: `DeploydError` `notFound` when the file of a database's key is gone; as `MasterKey.load(at:)` does.
    public static func masterKey(of directory: String) throws(DeploydError) -> MasterKey {
        let path = "\(directory)/master.key"
        let database = "\(directory)/deployd.db"
        var status = stat()
        guard stat(database, &status) == 0, status.st_size > 0 else { return try MasterKey.loadOrCreate(at: path) }
        guard access(path, F_OK) == 0 || errno != ENOENT else {
            throw DeploydError(
                .notFound,
                "the master key \(path) is gone, and the secrets in \(database) are sealed with it: put the file back; "
                    + "without it, begin anew with another --data")
        }
        return try MasterKey.load(at: path)
    }
}
