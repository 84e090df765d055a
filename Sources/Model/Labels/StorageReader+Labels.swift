import Core

/// An instance and the labels that it is selected by.
public struct LabelledInstance: Sendable, Equatable {
    public let instance: Instance
    public let labels: [String: String]
}

extension StorageReader {
    /// One page of the applications with those labels, by name.
    public func applications(_ page: PageRequest, matching selector: LabelSelector) throws -> Page<Application> {
        guard !selector.isEmpty else { return try applications(page) }
        var found: [Application] = []
        // The cursor of a list by name is the last name.
        var after = page.after
        repeat {
            let part = try applications(PageRequest(limit: PageRequest.maximumLimit, after: after))
            for application in part.items where selector.matches(application.labels) {
                guard found.count < page.limit else { return Page(items: found, next: found.last?.name) }
                found.append(application)
            }
            after = part.next
        } while after != nil
        return Page(items: found, next: nil)
    }

    /// The instances with those labels, by application, then target.
    public func instances(
        _ filter: InstanceFilter, matching selector: LabelSelector, in topology: Topology
    ) throws -> [LabelledInstance] {
        let instances = try instances(filter)
        var applications: [String: [String: String]] = [:]
        for name in Set(instances.map(\.id.application)) { applications[name] = try application(name)?.labels }
        return instances.map { instance in
            let labels = topology.labels(of: instance, application: applications[instance.id.application] ?? [:])
            return LabelledInstance(instance: instance, labels: labels)
        }.filter { selector.matches($0.labels) }
    }

    /// One page of them; its cursor is APPLICATION@TARGET. Without a selector no more than the page is read.
    /// - Throws: `.invalid` for what is no cursor.
    public func instances(
        _ filter: InstanceFilter, matching selector: LabelSelector, in topology: Topology, _ page: PageRequest
    ) throws -> Page<LabelledInstance> {
        var filter = filter
        filter.behind = try page.after.map(InstanceID.init(cursor:))
        filter.limit = selector.isEmpty ? page.limit + 1 : nil
        let found = try instances(filter, matching: selector, in: topology)
        let items = Array(found.prefix(page.limit))
        return Page(items: items, next: found.count > items.count ? items.last?.instance.id.description : nil)
    }

    /// Also those that were destroyed, whose history stays; nil when the selector means all.
    public func instanceIDs(matching selector: LabelSelector, in topology: Topology) throws -> [InstanceID]? {
        guard !selector.isEmpty else { return nil }
        return try instances(InstanceFilter(includesDestroyed: true), matching: selector, in: topology).map(
            \.instance.id)
    }
}

extension InstanceID {
    fileprivate init(cursor: String) throws(DeploydError) {
        let parts = cursor.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw DeploydError(
                .invalid, "'\(cursor)' is not a cursor that a list gave; leave it out to begin at the first page")
        }
        self.init(application: String(parts[0]), target: String(parts[1]))
    }
}
