import Formats
import Model

extension FileKind {
    /// Whether something comes of the file. The fuzzer asks this too.
    func isRead(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .service: RootFile.parse(bytes).value != nil
        case .world: WorldFile.parse(bytes, file: "f.yaml").value != nil
        case .slug: DefinitionSource.parse(bytes, file: "f.yaml").value != nil
        case .repository: RepositorySource.parse(bytes, file: "f.yaml").value != nil
        }
    }
}
