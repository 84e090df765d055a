import CCurl
import Core
import Glibc

/// A file that is being sent. Only the curl thread uses it.
final class Upload {
    private let file: Int32
    let count: Int

    init(_ path: String) throws(DeploydError) {
        file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system("open \(path) to send it", errno: errno, code: .invalid) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(file)
            throw DeploydError(.invalid, "\(path) cannot be sent: it is not a regular file")
        }
        count = Int(status.st_size)
    }

    deinit { Glibc.close(file) }

    static let read: curl_read_callback = { buffer, size, count, context in
        guard let context else { return Int(CURL_READFUNC_ABORT) }
        let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
        let taken = Glibc.read(upload.file, buffer, size * count)
        return taken < 0 ? Int(CURL_READFUNC_ABORT) : taken
    }

    /// libcurl sends anew from the start when a kept connection turns out to be closed.
    static let seek: curl_seek_callback = { context, offset, origin in
        guard let context else { return CURL_SEEKFUNC_FAIL }
        let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
        return lseek(upload.file, Int(offset), origin) >= 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
}
