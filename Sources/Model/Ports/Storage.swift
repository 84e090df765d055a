public import Core

/// Where everything durable is kept. A value that `write` returned is on the disk.
///
/// The closures are synchronous, so that nothing suspends inside a transaction, and see one consistent state. They may
/// run more than once only if the first run was rolled back whole.
public protocol Storage: Sendable {
    /// Runs `body` over one snapshot.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any StorageReader) throws -> Value) async throws -> Value

    /// `read` for callers that have no task: `completion` is called once, on a thread of the store's, or at once when the
    /// read is refused.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

    /// Runs `body` alone, in the order of the calls; what it throws rolls back what it did and nothing else.
    /// - Throws: what `body` throws, or `DeploydError` `.exhausted` when too many writes wait, `.unavailable` when the
    ///   disk refuses.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any StorageWriter) throws -> Value) async throws -> Value

    /// `write` for callers that have no task: `completion` is called once, on the writer's thread, after the commit.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageWriter) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

    /// Runs `body` on the calling thread. For short indexed reads of threads that may block for a moment.
    func readNow<Value>(_ body: (any StorageReader) throws -> Value) throws -> Value

    /// The number of the newest event, now and after each commit that adds any. Only the newest is buffered: a reader
    /// asks for `events(after:)` when it wakes. Ends when the storage closes.
    func newestEvents() -> AsyncStream<Int64>
}

/// Questions. Lists without a page are bounded by what one server holds of them.
public protocol StorageReader {
    func repository(id: String) throws -> CodeRepository?
    func repository(named name: String) throws -> CodeRepository?
    func repositories(_ page: PageRequest) throws -> Page<CodeRepository>
    func repositorySecrets(id: String) throws -> RepositorySecrets?
    /// All that was seen of a repository's refs, by name.
    func seenReferences(ofRepository id: String) throws -> [SeenReference]
    func seenReference(_ name: String, ofRepository id: String) throws -> SeenReference?

    func delivery(id: String) throws -> Delivery?
    func delivery(key: Delivery.Key) throws -> Delivery?
    /// Newest first.
    func deliveries(status: Delivery.Status?, repository: String?, _ page: PageRequest) throws -> Page<Delivery>
    /// The lanes with an `accepted` or `processing` delivery whose `notBefore` has passed, by name, after `lane`. Of pushed
    /// trees, each of which replaces the one before, nothing counts while an older one waits for its time.
    func waitingLanes(at moment: Timestamp, after lane: String?, limit: Int) throws -> [String]
    /// Those deliveries of a lane, oldest first.
    func waitingDeliveries(inLane lane: String, at moment: Timestamp, limit: Int) throws -> [Delivery]
    /// When the next waiting delivery may be tried that may not at `moment`; nil when there is none.
    func nextDeliveryTime(after moment: Timestamp) throws -> Timestamp?
    /// How many are `accepted` or `processing`.
    func waitingDeliveryCount() throws -> Int
    func waitingDeliveryCount(inLane lane: String) throws -> Int

    /// nil also when it was deleted.
    func application(_ name: String) throws -> Application?
    /// The one that had the name before, and has another now; nil also when the name was given to another one since.
    func application(renamedFrom name: String) throws -> Application?
    /// By name.
    func applications(_ page: PageRequest) throws -> Page<Application>
    /// Those that a code repository declares, by name.
    func applications(ownedBy repository: String) throws -> [Application]

    /// What the API made beside the world files.
    func declaredObjects() throws -> [DeclaredObject]

    func release(_ application: String, _ version: String) throws -> Release?
    /// Newest first.
    func releases(of application: String, _ page: PageRequest) throws -> Page<Release>
    /// One for each branch, the last pushed first.
    func pushedVersions(of application: String) throws -> [PushedVersion]

    func rejection(_ application: String, _ version: String) throws -> Rejection?
    /// Newest first.
    func rejections(of application: String) throws -> [Rejection]

    func environmentVersion(_ application: String, _ environment: String) throws -> EnvironmentVersion?
    func environmentVersions(of application: String) throws -> [EnvironmentVersion]

    /// All of an application, or those of one of its environments; by environment, then name.
    func secrets(of application: String, in environment: String?) throws -> [ApplicationSecret]
    /// Of each that is set a fingerprint, by name: another one when the value is another. It tells nothing of the value.
    func secretFingerprints(in place: ApplicationSecret.Place) throws -> [String: String]
    /// The values, by name.
    func secretValues(in place: ApplicationSecret.Place) throws -> [String: Secret]

    /// nil also when it was destroyed.
    func instance(_ id: InstanceID) throws -> Instance?
    func instance(_ identity: InstanceIdentity) throws -> Instance?
    /// By application, then target.
    func instances(_ filter: InstanceFilter) throws -> [Instance]
    /// nil also when it was destroyed.
    func instanceID(_ identity: InstanceIdentity) throws -> InstanceID?
    /// Those that something runs for, or may have to be done for.
    /// - Parameter worlds: whose drivers tell of changes: of these only those for which something may have to be done now.
    func instancesToLookAfter(withoutTold worlds: Set<String>) throws -> [InstanceID]

    func deployment(_ id: String) throws -> Deployment?
    /// Newest first.
    func deployments(_ filter: DeploymentFilter, _ page: PageRequest) throws -> Page<Deployment>
    /// `pending` or `running` ones, oldest first.
    func unfinishedDeployments() throws -> [Deployment]
    func unfinishedDeployments(of instance: InstanceID) throws -> [Deployment]

    /// nil when it did not run there yet.
    func beforeDeployRun(of version: String, on instance: InstanceID) throws -> BeforeDeployRun?

    func resource(id: String) throws -> Resource?
    func resources(of instance: InstanceID) throws -> [Resource]
    /// Those of the world itself, which its instances share.
    func sharedResources(of world: String) throws -> [Resource]
    /// The names of the worlds that have any.
    func worldsWithSharedResources() throws -> [String]
    /// Newest first.
    func resources(_ filter: ResourceFilter, _ page: PageRequest) throws -> Page<Resource>

    func ports(of instance: InstanceID) throws -> [PortReservation]
    func reservedPorts() throws -> Set<Int>
    /// The first port of the group that the last new instance was given; nil before the first.
    func portCursor() throws -> Int?

    /// Newest first. Of an application also those from before it was renamed, which have the name of then.
    func events(_ filter: EventFilter, _ page: PageRequest) throws -> Page<Event>
    /// Oldest first, numbers greater than `number`.
    func events(after number: Int64, limit: Int) throws -> [Event]
    /// 0 before the first.
    func newestEvent() throws -> Int64

    func stateCounts() throws -> StateCounts

    func token(digest: String) throws -> Token?
    func tokens() throws -> [Token]
}

/// Changes. `insert` throws `.conflict` when the identity exists; `update` throws `.notFound` when it does not.
public protocol StorageWriter: StorageReader {
    func insert(_ repository: CodeRepository, secrets: RepositorySecrets) throws
    func removeRepository(id: String) throws
    func update(_ sweep: CodeRepository.Sweep, ofRepository id: String) throws
    /// Inserts or replaces.
    func put(_ reference: SeenReference) throws
    func removeSeenReference(_ name: String, ofRepository id: String) throws

    func insert(_ delivery: Delivery) throws
    func update(_ delivery: Delivery) throws

    func insert(_ application: Application) throws
    func update(_ application: Application) throws
    /// Forgets which versions it should have, and its secrets. Its releases and what is recorded of destroyed instances stay, for one of
    /// its name that is inserted later.
    func removeApplication(_ name: String, at moment: Timestamp) throws
    /// Gives an application another name, and with it all that is recorded of it, but for events.
    /// - Parameter event: the number of the event that says so.
    /// - Throws: `.notFound`; `.conflict` when an application has the name. What a deleted one of it left stays apart.
    func rename(_ application: String, to name: String, event: Int64) throws

    /// Inserts or replaces.
    func put(_ object: DeclaredObject) throws
    func remove(_ object: ObjectID) throws

    func insert(_ release: Release) throws
    /// Notes what the tag of a release's image names now; nil: what it named when the release was made.
    func setImageMovedTo(_ digest: String?, _ application: String, _ version: String) throws
    /// Takes the place of the branch's last one.
    func put(_ version: PushedVersion) throws

    /// Inserts or replaces.
    func put(_ rejection: Rejection) throws
    func removeRejection(of application: String, _ version: String) throws

    /// Inserts or replaces.
    func put(_ version: EnvironmentVersion) throws

    /// Inserts or replaces.
    func put(_ secret: ApplicationSecret, value: Secret) throws
    func removeSecret(_ name: String, in place: ApplicationSecret.Place) throws

    func insert(_ instance: Instance) throws
    func update(_ instance: Instance) throws
    func removeInstance(_ id: InstanceID) throws

    func insert(_ deployment: Deployment) throws
    func update(_ deployment: Deployment) throws

    func insert(_ run: BeforeDeployRun) throws
    func removeBeforeDeployRuns(on instance: InstanceID) throws

    func insert(_ resource: Resource) throws
    func update(_ resource: Resource) throws
    func removeResource(id: String) throws

    func insert(_ reservation: PortReservation) throws
    func removePorts(of instance: InstanceID) throws
    func setPortCursor(_ port: Int) throws

    @discardableResult
    func append(_ event: EventDraft, at moment: Timestamp) throws -> Event

    func insert(_ token: Token) throws
    func removeToken(id: String) throws
}
