import Core
import Glibc

/// What deployd does with files of its own. Every call blocks: use them through `BlockingThreads`.
public enum Files {
    /// An error that names the path and says which kind of refusal it was.
    static func failure(_ verb: String, _ path: String, errno number: Int32) -> DeploydError {
        let code: DeploydError.Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM, EROFS: .forbidden
            case EEXIST, ENOTEMPTY, EISDIR, ELOOP: .conflict
            case EMFILE, ENFILE, ENOMEM: .exhausted
            default: .internal
            }
        return DeploydError.file("cannot \(verb) \(path)", errno: number, code: code)
    }
}
