import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// The version that an environment holds for an application: looked at, set, promoted, rolled back, held.
struct VersionRoutes: Sendable {
    private static let path = "/api/v1/applications/{application}/environments/{environment}"

    let services: APIServices

    var operations: [Operation] { [get, set, promote, rollback, hold, releaseHold] }

    private static let shown = Operation.Answer.object(
        Wire.EnvironmentVersion.self, "The version, its revision as the `ETag`.")

    private var get: Operation {
        Operation(
            method: .get, path: VersionRoutes.path + "/version", id: "getVersion", tag: "Versions",
            summary: "The version that an environment should have", answers: [VersionRoutes.shown],
            handler: .task { request in
                let application = request.parameter("application")
                let environment = request.parameter("environment")
                let topology = services.snapshot.topology
                let version = try await services.storage.read { reader in
                    try VersionRoutes.version(application, environment, reader, topology)
                }
                return try answer(version, request)
            })
    }

    /// A version that was never set has the revision 0.
    private static func version(
        _ application: String, _ environment: String, _ reader: any StorageReader, _ topology: Topology
    ) throws -> Wire.EnvironmentVersion {
        if let version = try reader.environmentVersion(application, environment) {
            return Wire.EnvironmentVersion(version)
        }
        let known = try reader.knownApplication(application)
        let instances = try reader.instances(InstanceFilter(application: application, environment: environment))
        guard !instances.isEmpty || topology.environments(of: known.settings).contains(environment) else {
            let hint = NearestName.hintOrListing(environment, in: topology.environments(of: known.settings), "it has")
            throw DeploydError(.notFound, "\(application) has no environment '\(environment)'\(hint)")
        }
        return Wire.EnvironmentVersion(
            application: application, environment: environment, desired: nil, revision: 0, hold: nil, changedAt: nil)
    }

    private var set: Operation {
        Operation(
            method: .put, path: VersionRoutes.path + "/version", id: "setVersion", tag: "Versions",
            summary: "Set the version; the environment's instances follow",
            headers: [("If-Match", "Change only this revision: 412 when it is another by now.")],
            body: .json(Wire.VersionChange.self), answers: [VersionRoutes.shown], problems: [403],
            handler: .task { request in
                let change = try request.body(Wire.VersionChange.self)
                let version = try await services.versions.setVersion(
                    application: request.parameter("application"), environment: request.parameter("environment"),
                    version: change.desired, actor: request.actor, cause: request.cause,
                    expectedRevision: try VersionRoutes.expectedRevision(request))
                return try answer(Wire.EnvironmentVersion(version), request)
            })
    }

    /// The revision of `If-Match`; nil when there is no such field. A tag that is no revision's never matches.
    private static func expectedRevision(_ request: APIRequest) throws -> Int64? {
        let tags = EntityTags(request.http.headers(named: "If-Match"))
        guard !tags.isEmpty, !tags.isAny else { return nil }
        guard tags.tags.count == 1, let tag = tags.tags.first, tag.hasPrefix("\""), tag.hasSuffix("\""),
            let revision = Int64(tag.dropFirst().dropLast()), revision >= 0
        else {
            throw DeploydError(
                .preconditionFailed, "If-Match must be the ETag of the version that was looked at, such as \"3\"")
        }
        return revision
    }

    private var promote: Operation {
        Operation(
            method: .post, path: VersionRoutes.path + "/promote", id: "promote", tag: "Versions",
            summary: "Give another environment the version of this one", body: .json(Wire.PromotionRequest.self),
            answers: [.object(Wire.EnvironmentVersion.self, "The version of the environment that was given it.")],
            problems: [403],
            handler: .task { request in
                let body = try request.body(Wire.PromotionRequest.self)
                let version = try await services.versions.promote(
                    application: request.parameter("application"), from: request.parameter("environment"),
                    to: body.to, version: body.version, actor: request.actor, cause: request.cause)
                return try answer(Wire.EnvironmentVersion(version), request)
            })
    }

    private var rollback: Operation {
        Operation(
            method: .post, path: VersionRoutes.path + "/rollback", id: "rollback", tag: "Versions",
            summary: "Go back to an earlier version, and hold it", body: .json(Wire.Rollback.self),
            answers: [VersionRoutes.shown], problems: [403],
            handler: .task { request in
                let version = try await services.versions.rollback(
                    application: request.parameter("application"), environment: request.parameter("environment"),
                    to: try request.body(Wire.Rollback.self).version, actor: request.actor, cause: request.cause)
                return try answer(Wire.EnvironmentVersion(version), request)
            })
    }

    private var hold: Operation {
        Operation(
            method: .put, path: VersionRoutes.path + "/hold", id: "setHold", tag: "Versions",
            summary: "Let no automation move the version", body: .json(Wire.HoldRequest.self),
            answers: [VersionRoutes.shown],
            handler: .task { request in
                let body = try request.body(Wire.HoldRequest.self)
                let version = try await services.versions.setHold(
                    application: request.parameter("application"), environment: request.parameter("environment"),
                    reason: body.reason, actor: request.actor, cause: request.cause)
                return try answer(Wire.EnvironmentVersion(version), request)
            })
    }

    private var releaseHold: Operation {
        Operation(
            method: .delete, path: VersionRoutes.path + "/hold", id: "releaseHold", tag: "Versions",
            summary: "Let automation move the version again", answers: [Operation.Answer(204, "It is released.")],
            handler: .task { request in
                _ = try await services.versions.releaseHold(
                    application: request.parameter("application"), environment: request.parameter("environment"),
                    actor: request.actor, cause: request.cause)
                return .empty()
            })
    }

    private func answer(_ version: Wire.EnvironmentVersion, _ request: APIRequest) throws -> HTTPResponse {
        try Answer.object(version, for: request.http, tag: "\(version.revision)")
    }
}
