import CSpawn
import Core
import Glibc

/// Hands a password to git's credential helper without it being in an argument, a variable, an address or on a disk.
///
/// It is in a file that exists in this process's memory only. The helper prints it from this process's descriptor, which
/// only the same user (and root) can open, and which is gone with this process. A helper's text goes to a shell in git;
/// ours holds two numbers and nothing else. The `#` hides the operation that git appends (`get`, `store`, `erase`).
struct CredentialFile {
    private let descriptor: Descriptor

    init(_ credentials: GitCredentials) throws(DeploydError) {
        let answer = Array(credentials.helperAnswer.utf8)
        guard let descriptor = Descriptor(made: cspawn_memory_file(answer, answer.count)) else {
            throw DeploydError.system("memfd_create", errno: errno, code: .exhausted)
        }
        self.descriptor = descriptor
    }

    /// The value of git's setting `credential.URL.helper`, valid as long as this is.
    var helper: String { "!cat /proc/\(getpid())/fd/\(descriptor.number) #" }
}
