import Formats

/// Reads the files of a resource repository and checks them against each other.
struct RepositoryReader {
    let folder: String
    let files: [String: [UInt8]]
    /// nil for a folder, which has the repository's name.
    let origin: RepositoryOrigin?
    private var diagnostics: [Diagnostic] = []

    init(folder: String, files: [String: [UInt8]], origin: RepositoryOrigin? = nil) {
        self.folder = folder
        self.files = files
        self.origin = origin
    }

    mutating func read() -> Parsed<RepositorySource> {
        let head = readHead()
        let names = files.keys.filter { $0 != ResourceRepository.fileName }.sorted()
        let definitions = names.filter { !TemplateFormat.isFile($0) }.compactMap { readDefinition($0) }
        checkTemplates(names.filter(TemplateFormat.isFile), of: definitions)
        guard let head, diagnostics.isEmpty else { return Parsed(value: nil, diagnostics: diagnostics) }
        let repository = RepositorySource(
            name: head.name, description: head.description, inherits: head.inherits,
            definitions: Dictionary(definitions.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first }),
            origin: origin, document: head.document)
        return Parsed(value: repository, diagnostics: [])
    }

    private mutating func readHead() -> RepositorySource? {
        let file = "\(folder)/\(ResourceRepository.fileName)"
        guard let bytes = files[ResourceRepository.fileName] else {
            fail(file, .root, "the file is missing; write 'repository: \(origin == nil ? name : "NAME")' into it")
            return nil
        }
        let parsed = RepositorySource.parse(bytes, file: file)
        diagnostics += parsed.diagnostics
        if origin == nil, let found = parsed.value?.name, found != name {
            fail(file, DocumentPath(RepositoryFormat.name.name), "the folder is named '\(name)'; the two must be equal")
        }
        return parsed.value
    }

    /// File and slug have one name, so that no slug is there twice.
    private mutating func readDefinition(_ fileName: String) -> DefinitionSource? {
        let file = "\(folder)/\(fileName)"
        let parsed = DefinitionSource.parse(files[fileName] ?? [], file: file)
        diagnostics += parsed.diagnostics
        if let slug = parsed.value?.slug, fileName != "\(slug).yaml" {
            fail(file, DocumentPath(DefinitionFormat.slug.name), "name the file '\(slug).yaml', as its slug")
        }
        return parsed.value.flatMap { readTemplate(of: $0, file) }
    }

    private mutating func readTemplate(of definition: DefinitionSource, _ file: String) -> DefinitionSource? {
        guard let name = definition.content.templateFile else { return definition }
        guard let bytes = files[name] else {
            let hint = NearestName.hint(name, in: files.keys.filter(TemplateFormat.isFile).sorted())
            fail(file, DocumentPath(DefinitionFormat.template.name), "there is no file \(name) beside this one\(hint)")
            return nil
        }
        let found = Diagnostics(file: "\(folder)/\(name)")
        _ = YAML.documents(bytes, diagnostics: found)
        diagnostics += found.sorted
        return definition.with(template: TemplateFormat.file(named: "\(self.name)/\(name)", bytes))
    }

    /// What nobody names is a name that was mistyped.
    private mutating func checkTemplates(_ names: [String], of definitions: [DefinitionSource]) {
        let used = Set(definitions.compactMap(\.content.templateFile))
        guard diagnostics.isEmpty else { return }
        for name in names where !used.contains(name) {
            fail("\(folder)/\(name)", .root, "no definition of this repository has it as its template")
        }
    }

    private var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    private mutating func fail(_ file: String, _ path: DocumentPath, _ message: String) {
        let name = String(file.split(separator: "/").last ?? "")
        let root = YAML.documents(files[name] ?? [], diagnostics: Diagnostics(file: file)).first
        let position = root?.position(of: path) ?? .start
        diagnostics.append(Diagnostic(file: file, position: position, path: path, message: message))
    }
}
