/// The tables, in the order in which they came to be.
///
/// - Every table that is listed newest first has a `sequence`, which follows the order of commits whatever the clock
///   did; each index ends with it, so an indexed list needs no sorting.
/// - Moments are microseconds since 1970. Enumerations are their raw values.
/// - Foreign keys are checked at each statement, never deferred: a commit is of many callers, and must not fail for one.
/// - A column whose name ends in `Sealed` holds what `Vault` sealed.
enum Schema {
    static let migrations: [Migration] = [
        masterKey, repositories, deliveries, applications, instances, deployments, resources, ports, events, tokens,
        triggers, lifecycles, secretParameters,
        rejections,
        seenReferences,
        applicationSecrets,
        declaredObjects, deletedApplications,
        pushedVersions,
        beforeDeployRuns,
        ownTargets, detachments,
        resourceCommits,
        sharedResources,
        instanceReplicas,
        identities,
        deliveryLanes,
        instanceDrift,
        releaseImages,
    ]
}
