extension ImageReference {
    /// The tag that the image of a version has: the version itself. Of a tag `SERVICE/NAME` of a repository of several
    /// services it is NAME, since no tag of an image has a slash.
    public static func tag(of version: String, service: String) -> String {
        version.hasPrefix("\(service)/") ? String(version.dropFirst(service.count + 1)) : version
    }
}
