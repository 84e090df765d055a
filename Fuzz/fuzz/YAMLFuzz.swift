import Formats
import Model

/// A file of any kind is read, or what is wrong with it is said with a place in it.
enum YAMLFuzz {
    static func check(_ bytes: [UInt8]) -> Int32 {
        for kind in FileKind.allCases {
            let diagnostics = kind.check(bytes, file: "f.yaml")
            if diagnostics.isEmpty != kind.isRead(bytes) { fail("\(kind): neither read nor refused, or both") }
            for found in diagnostics where found.message.isEmpty || found.position.line < 1 || found.position.column < 1
            {
                fail("\(kind): not in the file: \(found)")
            }
        }
        return 0
    }
}
