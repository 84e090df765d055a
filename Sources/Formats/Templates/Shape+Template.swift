import Core

extension Shape where Value == Template {
    /// Text with `${…}`. Malformed references are reported where they stand; whether they name something is checked
    /// by `Place.check`, when the whole file is known.
    public static let template = Shape<String>.text.parsedAsTemplate
}

extension Shape where Value == String {
    fileprivate var parsedAsTemplate: Shape<Template> {
        Shape<Template>(schema) { place in
            guard let text = read(place) else { return nil }
            let (template, errors) = Template.parse(text)
            for error in errors { place.fail(error.message, offset: error.offset) }
            return template
        }
    }
}

extension Place {
    /// Reports each reference of `template`, which was read here, that `scope` does not know.
    public func check(_ template: Template, in scope: ReferenceScope) {
        for reference in template.references {
            guard !diagnostics.isFull else { return }
            if let problem = scope.problem(with: reference) { fail(problem, offset: reference.offset) }
        }
    }
}
