import Core
import Glibc

@testable import System

/// An archive is read to its end, or refused with a reason; no entry has more bytes than the archive.
enum TarFuzz {
    private static let limit = 4 << 20
    /// Written again for each input.
    private static let file: Int32 = {
        var template = Array("/tmp/deployd-fuzz.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        unlink(&template)
        return file
    }()

    static func check(_ bytes: [UInt8]) -> Int32 {
        guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count, lseek(file, 0, SEEK_SET) == 0
        else { fail("cannot write the archive") }
        var reader = TarReader(
            ArchiveInput(descriptor: file, limit: limit, deadline: .now + .seconds(10), pieces: 4096))
        do throws(DeploydError) {
            while try reader.next() != nil {
                var total = 0
                while true {
                    let content = try reader.content(1000).count
                    if content == 0 { break }
                    total += content
                }
                if total > bytes.count { fail("an entry has \(total) bytes of \(bytes.count)") }
            }
        } catch {
            if ![.invalid, .tooLarge].contains(error.code) { fail("refused as \(error.code): \(error)") }
        }
        return 0
    }
}
