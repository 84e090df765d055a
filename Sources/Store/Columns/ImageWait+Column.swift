import Core
import Model

extension JSONColumn {
    init(_ wait: ImageWait) {
        value = [
            "since": .integer(wait.since.microseconds), "folders": .array(wait.folders.map(JSONValue.string)),
        ]
    }

    /// - Throws: `SQLiteError` when it is none.
    var imageWait: ImageWait {
        get throws(SQLiteError) {
            guard let since = value["since"]?.integer, let folders = value["folders"] else {
                throw JSONColumn.unexpected
            }
            return ImageWait(since: Timestamp(microseconds: since), folders: try JSONColumn(folders).texts)
        }
    }
}
