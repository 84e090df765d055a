import Core
import Formats

extension ResourceCatalogue {
    /// A requirement and what serves it.
    struct Match {
        let offer: Offer
        /// What is known of the parameters, as text; neither what is generated nor what refers to something.
        let parameters: [String: String]
    }

    /// Either what serves a requirement or all that stands against it, one sentence each.
    enum Answer {
        case match(Match)
        case refused([String])
    }

    /// Finds what serves a requirement.
    /// - Parameters:
    ///   - name: the way to it, such as `requires.users`.
    ///   - repository: where a definition that requires it was found; nil for one of a service's own, or of the world's.
    ///   - isDeveloper: whether a developer asks for it, who may not set everything.
    ///   - worlds: every world, to say where an unknown slug exists.
    func match(
        _ requirement: Requirement, named name: String, through repository: String?, isDeveloper: Bool, in world: World,
        worlds: [World]
    ) -> Answer {
        let found =
            if let repository { offer(requirement.slug, through: repository, in: world) } else {
                offer(requirement.slug, in: world)
            }
        guard let offer = found else {
            return .refused(["\(name): \(unknown(requirement.slug, in: world, worlds: worlds))"])
        }
        if let obstacle = offer.unavailable {
            return .refused(["\(name): the slug '\(requirement.slug)' cannot be used here: \(obstacle)"])
        }
        var check = ParameterCheck(definition: offer.definition, isDeveloper: isDeveloper)
        check.read(requirement)
        guard check.problems.isEmpty else { return .refused(check.problems.map { "\(name).params.\($0.text)" }) }
        return .match(Match(offer: offer, parameters: check.parameters))
    }

    func unknown(_ slug: String, in world: World, worlds: [World]) -> String {
        let known = offers(in: world).map(\.slug)
        let others = worlds.filter { $0.name != world.name && offer(slug, in: $0) != nil }.map(\.name).sorted()
        let hint = NearestName.hint(slug, in: known)
        let elsewhere = others.isEmpty ? "" : "; it is there in \(others.joined(separator: ", "))"
        let listing = known.isEmpty ? "; it has no resource repositories" : "; there is \(listed(known))"
        return "there is no slug '\(slug)' in the world '\(world.name)'\(elsewhere)"
            + (hint.isEmpty && others.isEmpty ? listing : hint)
    }

    private func listed(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}
