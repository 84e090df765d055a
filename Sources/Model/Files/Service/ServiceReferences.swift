import Formats

/// Checks what the texts of a `deployd.yaml` refer to.
struct ServiceReferences {
    let file: ServiceFile
    let reader: MappingReader

    /// Everything that the file may refer to. Which outputs a requirement has is known when planning.
    static func scope(of file: ServiceFile) -> ReferenceScope {
        ReferenceScope(
            ["version", "commit", "application", "environment", "target", "world"]
                + (file.requirements.keys.sorted() + file.shared.keys.sorted()).map { "requires.\($0).*" }
                + file.applications.keys.sorted().map { "requires.\($0).\(ApplicationNeed.output)" }
                + file.ports.keys.sorted().map { "ports.\($0)" }
                + file.entrypoints.keys.sorted().map { "entrypoints.\($0).url" })
    }

    /// What is known when an artifact is built: it is built once, whatever environments it goes to.
    static let buildScope = ReferenceScope(["version", "commit", "application"])

    func check() {
        let scope = ServiceReferences.scope(of: file)
        check(reader.place(of: ServiceFormat.command), in: scope)
        check(reader.place(of: ServiceFormat.env), in: scope)
        check(reader.place(of: ServiceFormat.beforeDeploy), in: scope)
        checkBuild(scope)
        checkRequires(scope)
    }

    /// Parameters are settled before the ports are: what is required is made first.
    private func checkRequires(_ scope: ReferenceScope) {
        let all = reader.place(of: ServiceFormat.requires)
        for name in file.applications.filter({ $0.value == file.service }).keys.sorted() {
            all[name][RequirementFormat.application.name].fail("a service cannot require itself")
        }
        for entry in all.node.mapping ?? [] {
            each(all.member(entry)[RequirementFormat.params.name]) { _, reference in
                if let problem = scope.problem(with: reference) { return problem }
                guard let first = reference.path.first, ["ports", "entrypoints"].contains(first) else { return nil }
                return "'${\(reference)}' is not known before what the service requires is made"
            }
        }
        for names in Requirement.walk(file.requirements).cycles where !all.diagnostics.isFull {
            let cycle = Cycle(names) { name, _ in "\(all.diagnostics.file):\(all[name].position.line)" }
            all[cycle.first].fail("cannot need itself: \(cycle)")
        }
    }

    private func checkBuild(_ scope: ReferenceScope) {
        let place = reader.place(of: ServiceFormat.build)[BuildFormat.command.name]
        each(place) { place, reference in
            guard scope.problem(with: reference) == nil else {
                return ServiceReferences.buildScope.problem(with: reference)
            }
            guard ServiceReferences.buildScope.problem(with: reference) != nil else { return nil }
            return "'${\(reference)}' is not known to a build, which is made once for all environments"
        }
    }

    private func check(_ place: Place, in scope: ReferenceScope) {
        each(place) { _, reference in
            scope.problem(with: reference).map { problem in secret(reference) ?? problem }
        }
    }

    /// What is wrong with a reference to a secret.
    private func secret(_ reference: Reference) -> String? {
        let path = reference.path
        guard path.count == 1 || path.count == 2 && path[0] == ServiceFormat.secrets.name, let name = path.last,
            file.secrets.contains(name)
        else { return nil }
        return "'${\(reference)}' is a secret, and no part of other texts: the service finds it in the variable \(name)"
    }

    /// Visits the references of the list or mapping of texts at `place`.
    private func each(_ place: Place, problem: (Place, Reference) -> String?) {
        let elements = (place.node.sequence ?? []).enumerated().map { place.element($0.offset, $0.element) }
        let members = (place.node.mapping ?? []).map(place.member)
        for text in elements + members {
            let (template, _) = Template.parse(text.node.scalar?.text ?? "")
            for reference in template.references {
                guard !text.diagnostics.isFull else { return }
                if let problem = problem(text, reference) { text.fail(problem, offset: reference.offset) }
            }
        }
    }
}
