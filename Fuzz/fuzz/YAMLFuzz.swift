import Formats
import Model

/// A file of any kind is read, or what is wrong with it is said with a place in it.
enum YAMLFuzz {
    static func check(_ bytes: [UInt8]) -> Int32 {
        for kind in FileKind.allCases {
            let diagnostics = kind.check(bytes, file: "f.yaml")
            if diagnostics.isEmpty != isRead(kind, bytes) { fail("\(kind): neither read nor refused, or both") }
            for found in diagnostics where found.message.isEmpty || found.position.line < 1 || found.position.column < 1
            {
                fail("\(kind): not in the file: \(found)")
            }
        }
        return 0
    }

    private static func isRead(_ kind: FileKind, _ bytes: [UInt8]) -> Bool {
        switch kind {
        case .service: RootFile.parse(bytes).value != nil
        case .world: WorldFile.parse(bytes, file: "f.yaml").value != nil
        case .slug: DefinitionSource.parse(bytes, file: "f.yaml").value != nil
        case .repository: RepositorySource.parse(bytes, file: "f.yaml").value != nil
        }
    }
}
