public import Core
import Formats

extension StorageReader {
    /// - Throws: `.notFound`, with the name that it has now where it was renamed.
    public func knownApplication(_ name: String) throws -> Application {
        if let application = try application(name) { return application }
        throw try missing(application: name)
    }

    /// Why nothing is known of an application: to be thrown.
    /// - Parameter hint: what is said of a name that no application ever had, nor one like it.
    public func missing(
        application name: String, hint: String = "; a push of its repository makes one"
    ) throws -> DeploydError {
        if let problem = try renaming(of: name) { return problem }
        let known = try applications(PageRequest(limit: PageRequest.maximumLimit)).items.map(\.name)
        let nearest = NearestName.hint(name, in: known)
        return DeploydError(.notFound, "no application '\(name)'\(nearest.isEmpty ? hint : nearest)")
    }

    /// What to say to whoever asks by a name that an application had before; nil when there is nothing to say.
    public func renaming(of name: String) throws -> DeploydError? {
        guard let now = try application(renamedFrom: name)?.name else { return nil }
        return DeploydError(.notFound, "the application '\(name)' was renamed to '\(now)'; use that name")
    }

    /// For lists of what applications have; of one that does not exist they are empty.
    /// - Throws: `.notFound` when it is the name of one that has another now.
    public func checkName(of application: String?) throws {
        if let application, let problem = try renaming(of: application) { throw problem }
    }

    /// - Throws: `.notFound`, with the name that its application has now where that was renamed, or with the targets that
    ///   there are.
    public func knownInstance(_ id: InstanceID) throws -> Instance {
        if let instance = try instance(id) { return instance }
        let application = try knownApplication(id.application).name
        let targets = try instances(InstanceFilter(application: application)).map(\.id.target).sorted()
        throw DeploydError(
            .notFound,
            "\(application) has no target '\(id.target)'"
                + NearestName.hintOrListing(id.target, in: targets, "it is on"))
    }

    /// The name that an application has now that may have been renamed.
    public func currentName(of application: String) throws -> String {
        try self.application(renamedFrom: application)?.name ?? application
    }
}
