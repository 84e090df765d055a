/// What libyaml's parser says next.
struct YAMLEvent {
    enum Kind {
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(YAMLScalar)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    let kind: Kind
    let position: SourcePosition
    var anchor: String?
    var tag: String?
}

/// The text cannot be read on, or asks for more than it may.
struct YAMLFailure: Error {
    let position: SourcePosition
    let message: String
}
