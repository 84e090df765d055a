extension ResourceCatalogue {
    /// How a world comes to what it offers: a line for each step, for people.
    public func explanation(of offer: Offer) -> [String] {
        var lines = [origin(of: offer)]
        for one in offer.passedOver { lines.append("not \(one.slug): \(one.reason)") }
        if offer.isChoice {
            let file = file(offer.definition.slug, offer.definitionRepository)
            lines.append(
                offer.unavailable == nil ? "takes \(offer.definition.slug): \(file)" : "takes none of them")
        }
        for ancestor in offer.definition.lineage {
            lines.append("extends \(ancestor.slug): \(file(ancestor.slug, ancestor.repository))")
        }
        for (name, requirement) in offer.definition.requires.sorted(by: { $0.key < $1.key }) {
            guard let entry = entry(requirement.slug, through: offer.through) else { continue }
            lines.append("requires \(requirement.slug) as \(name): \(file(requirement.slug, entry.repository))")
        }
        return lines
    }

    private func origin(of offer: Offer) -> String {
        let file = file(offer.slug, offer.repository)
        guard offer.repository != offer.through else { return "\(offer.slug): \(file)" }
        let order = repositories[offer.through]?.order ?? []
        let passed = order.prefix { $0 != offer.repository } + [offer.repository]
        return "\(offer.slug): \(file), looked up in \(passed.joined(separator: ", "))"
    }

    private func file(_ slug: String, _ repository: String) -> String { "\(repository)/\(slug).yaml" }
}
