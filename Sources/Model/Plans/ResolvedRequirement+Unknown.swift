import Core

extension ResolvedRequirement {
    /// Stand-ins for the outputs of a resource that is not made yet.
    public func unknownOutputs(_ text: String) -> [String: Resource.Output] {
        outputs.mapValues { output in
            switch output {
            case .template(_, let isSecret), .text(_, let isSecret): isSecret ? .secret(Secret(text)) : .plain(text)
            }
        }
    }
}
