public import Core
public import HTTPClient
public import System

/// A client of one Kubernetes API server.
///
/// Errors are `DeploydError`s whose sentence says what to do; their `apiStatus` is what the server said.
public struct KubernetesClient: Sendable {
    /// As which manager of fields deployd applies.
    public static let fieldManager = "deployd"

    /// What kinds of objects the server has.
    public let discovery: Discovery
    let transport: Transport

    /// - Parameters:
    ///   - environment: what exec plugins run with.
    ///   - runner: runs them.
    ///   - threads: read token and certificate files.
    public init(
        _ connection: ClusterConnection, limits: ClientLimits = ClientLimits(),
        environment: [String: String] = [:],
        session: HTTPClientSession, runner: CommandRunner, threads: BlockingThreads,
        clock: any WallClock = SystemClock()
    ) {
        let loader = CredentialLoader(
            connection: connection, environment: environment, runner: runner, threads: threads,
            clock: clock)
        transport = Transport(
            connection, session: session, keeper: CredentialKeeper(loader), limits: limits, clock: clock)
        discovery = Discovery(transport)
    }

    /// Where objects go that name no namespace.
    public var namespace: String { transport.connection.namespace }
    /// For messages.
    public var name: String { transport.connection.name }

    /// The object that an answer holds.
    func object(_ response: HTTPClientResponse, _ request: APIRequest) throws(DeploydError)
        -> KubernetesObject
    {
        let json = try APIAnswer.json(response.body, request, transport.connection.name)
        guard let object = KubernetesObject(json) else {
            throw DeploydError(
                .unavailable, "\(name) answers with what is no object to \(request.subject.description)")
        }
        return object
    }
}

enum APIAnswer {
    /// Definitions of resources nest deeply.
    static let depth = 256

    static func json(
        _ body: [UInt8], _ request: APIRequest, _ cluster: String
    ) throws(DeploydError) -> JSONValue {
        do { return try JSONValue.parse(body, depth: depth) } catch {
            throw DeploydError(
                .unavailable,
                "\(cluster) answers with what is no JSON to \(request.method) \(request.path): "
                    + "is it an API server, and nothing in between?")
        }
    }
}
