import Client
import Core
import Model
import Store
import Testing

@testable import API

struct PolicyTests {
    @Test("An environment's rules are set by the API, and refuse with 403")
    func policies() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let put = { (path: String, body: String) in
            let reply = try await harness.send("PUT", "/api/v1" + path, body: body)
            return "\(reply.status) \(reply.json["detail"]?.string ?? "")"
        }
        let application = "/applications/hello/environments/"
        #expect(
            try await put("/environments/qa", #"{"versions":"promotion","applications":["h*"],"targets":[]}"#) == "201 "
        )
        #expect(try await put("/environment-sets/more", #"{"environments":["qa"]}"#) == "201 ")
        try await harness.storage.write { transaction in
            guard var hello = try transaction.application("hello") else { return }
            hello.settings.environmentSets.append("more")
            try transaction.update(hello)
        }
        let rule =
            "403 the environment 'qa' takes versions by promotion only: its rule is versions: promotion (the API); use "
            + "`deployd promote hello --environment FROM --to qa`, or `deployd rollback hello --environment qa`"
        #expect(try await put("\(application)qa/version", #"{"desired":"v1"}"#) == rule)
        let promoted = try await harness.client().promote(
            "hello", from: "development", to: "qa", version: "v1")
        #expect(promoted.environment == "qa" && promoted.desired == "v1")
        await harness.stop()
    }

    @Test("Agents report targets that others deploy to", arguments: Transport.allCases)
    func reports(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let registry = InstanceID(application: "hello", target: "registry")
        try await harness.storage.write { transaction in
            try transaction.insert(
                Instance(
                    id: registry, environment: "production", world: nil, since: Harness.start, createdAt: Harness.start)
            )
        }
        var found: [String] = []
        for (target, body) in [
            ("registry", #"{"deployed":"build 7/a"}"#), ("registry", #"{"deployed":"b8","health":"degraded"}"#),
            ("registry", #"{"deployed":"b8","health":"well"}"#), ("registry", #"{"health":"healthy"}"#),
            ("develop-a", #"{"deployed":"b8"}"#), ("none", #"{"deployed":"b8"}"#),
        ] {
            let reply = try await harness.send(
                "PUT", "/api/v1/applications/hello/targets/\(target)/version/deployed", body: body, over: transport)
            let error = reply.json["errors"]?.array?.first?["detail"]?.string ?? reply.json["detail"]?.string
            let health = reply.json["health"]?.string ?? ""
            found.append("\(reply.status) \(error ?? "\(reply.json["deployed"]?.string ?? "") \(health)")")
        }
        #expect(
            found == [
                "200 build 7/a healthy", "200 b8 degraded",
                "400 must be one of healthy, progressing, degraded, missing, unknown, suspended", "400 is missing",
                "409 deployd deploys to the target 'develop-a' itself and says there what it observes; only targets without "
                    + "a world are reported", "404 hello has no target 'none'; it is on develop-a, registry",
            ])
        let version = try await harness.client().version("hello", target: "registry")
        #expect(version.deployed == "b8" && version.health == .degraded && version.desired == nil)
        await harness.stop()
    }
}
