import Core
public import Formats

/// `SLUG.yaml` of a resource repository as it is written.
///
/// A class, since it is large and handed around for each of thousands.
public final class DefinitionSource: Sendable {
    public let slug: String
    /// The slug of the definition that it changes.
    public let extends: String?
    /// The slugs of which a world takes the first that it can serve; such a file says nothing else.
    public let oneOf: [String]
    let content: DefinitionContent
    let document: SourceDocument

    init(
        slug: String, extends: String?, oneOf: [String], content: DefinitionContent, document: SourceDocument
    ) {
        self.slug = slug
        self.extends = extends
        self.oneOf = oneOf
        self.content = content
        self.document = document
    }

    /// Reads a file and checks it as far as it can be alone: what it extends is in other files.
    public static func parse(_ bytes: [UInt8], file: String) -> Parsed<DefinitionSource> {
        DefinitionFormat.shape.parse(bytes, file: file, hint: "a definition needs slug, capability and template")
    }

    /// The same with what is in the file of its template.
    func with(template: JSONValue) -> DefinitionSource {
        var content = content
        content.template = template
        return DefinitionSource(slug: slug, extends: extends, oneOf: oneOf, content: content, document: document)
    }

    /// - Parameter diagnostics: of its file.
    func place(_ diagnostics: Diagnostics) -> Place { Place(document.root, diagnostics: diagnostics) }
}
