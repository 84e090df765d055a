import Formats

/// An entry of `triggers:`.
enum TriggerFormat {
    static let branch = Field("branch", .string(.referencePattern), "A branch; * stands for any characters")
    static let tag = Field("tag", .string(.referencePattern), "A tag; * stands for any characters")
    static let environment = Field("environment", .name, required: true, "Whose version a push of it sets")

    static let shape = Shape<Trigger>.mapping([branch, tag, environment]) { reader in
        let (isBranch, isTag) = (reader.has(branch), reader.has(tag))
        if isBranch == isTag {
            reader.place.fail(isBranch ? "use either branch or tag, and one entry for each" : "name a branch or a tag")
        }
        let source = reader[branch].map(Trigger.Source.branch) ?? reader[tag].map(Trigger.Source.tag)
        guard let source, let environment = reader[environment] else { return nil }
        return Trigger(source, environment: environment)
    }
}

extension TextRule {
    /// What git accepts as the name of a branch or tag, and `*`.
    static let referencePattern = TextRule(
        expected: "the name of a branch or tag",
        rule: "use 1 to 200 characters that git allows in names, and '*' for any characters",
        pattern: "^[^-/ ~^:?\\\\[\\\\\\\\][^ ~^:?\\\\[\\\\\\\\]{0,199}$"
    ) { text in
        (1...200).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasPrefix("/")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"~^:?[\\".utf8.contains($0) }
    }
}

extension Shape {
    /// - Parameter maximum: how many entries there may be.
    func checked<Element>(atMost maximum: Int) -> Shape where Value == [Element] {
        checked { entries, place in
            guard entries.count > maximum else { return entries }
            place.fail("\(entries.count) entries; \(maximum) are the most")
            return nil
        }
    }
}
