import Core
import System

extension RunningServer {
    /// Runs a statement on the server's database, beside it.
    /// - Returns: the first column of each row; at last what went wrong.
    func query(_ statement: String) async throws -> [String] {
        let program = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1], timeout=60) as database:
                for row in database.execute(sys.argv[2]): print(row[0])
            """
        let result = try await runner.run(
            Command("python3", ["-c", program, "\(folder.data)/deployd.db", statement], environment: environment),
            deadline: .seconds(120), outputLimit: 1 << 20)
        return result.text.split(separator: "\n").map(String.init) + (result.succeeded ? [] : [result.errorText])
    }
}
