/// Tags that say no more than a value's own form (YAML 1.1, "Tag Repository").
enum YAMLTag {
    static let string = "tag:yaml.org,2002:str"
    static let nonSpecific = "!"

    private static let core = Set(
        ["str", "null", "bool", "int", "float", "seq", "map"].map { "tag:yaml.org,2002:\($0)" } + [nonSpecific])

    /// A tag as it is written: `!!binary`, `!Ref`.
    static func written(_ tag: String) -> String {
        tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst("tag:yaml.org,2002:".count) : tag
    }

    /// `tag`, unless it is one of these: other languages' tags, such as CloudFormation's `!Ref`, mean something.
    static func foreign(_ tag: String?) -> String? {
        tag.flatMap { core.contains($0) ? nil : $0 }
    }
}
